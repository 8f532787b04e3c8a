WITH part_0 AS (
  SELECT
    p.net_revenue AS "net_revenue"
  FROM (
    SELECT
      SUM(net_revenue) AS net_revenue
    FROM (
      SELECT
        dim_items_src_10000.item_category AS item__item_category,
        dim_customers_src_10000.region AS customer__region,
        fct_sales_invoice_lines_src_10000.revenue_amount AS net_revenue
      FROM (
        SELECT
          "customer_id",
          "item_id",
          "revenue_amount"
        FROM "marts"."fct_sales_invoice_lines"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
          AND (
            (
              "customer_id" IS NULL
              OR "customer_id" IN (
                SELECT
                  "customer_id"
                FROM "marts"."dim_customers"
                WHERE
                  "tenant_id" = '00000000-0000-7000-8000-00000000000a'
                  AND "region_id" = 'region-north'
              )
            )
          )
      ) AS fct_sales_invoice_lines_src_10000
      LEFT OUTER JOIN (
        SELECT
          "item_id",
          "item_category"
        FROM "marts"."dim_items"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS dim_items_src_10000
        ON fct_sales_invoice_lines_src_10000.item_id = dim_items_src_10000.item_id
      LEFT OUTER JOIN (
        SELECT
          "customer_id",
          "region"
        FROM "marts"."dim_customers"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS dim_customers_src_10000
        ON fct_sales_invoice_lines_src_10000.customer_id = dim_customers_src_10000.customer_id
    ) AS subq_7
    WHERE
      (
        (
          customer__region IN ('O''Hare') OR customer__region IS NULL
        )
      )
      AND (
        POSITION(LOWER('{{ x }}') IN LOWER(CAST(item__item_category AS VARCHAR))) > 0
      )
  ) AS p
)
SELECT
  CAST("net_revenue" AS DECIMAL) AS "net_revenue"
FROM part_0
