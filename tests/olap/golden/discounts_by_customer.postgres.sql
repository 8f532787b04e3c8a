WITH part_0 AS (
  SELECT
    p.customer__customer_name AS "customer",
    p.discount_given AS "discount_given",
    p.list_revenue AS "list_revenue",
    p.cogs AS "cogs"
  FROM (
    SELECT
      dim_customers_src_10000.customer_name AS customer__customer_name,
      SUM(subq_1.__discount_given) AS discount_given,
      SUM(subq_1.__list_revenue) AS list_revenue,
      SUM(subq_1.__cogs) AS cogs
    FROM (
      SELECT
        customer_id AS customer,
        discount_amount AS __discount_given,
        revenue_amount + discount_amount AS __list_revenue,
        cost_amount AS __cogs
      FROM (
        SELECT
          "customer_id",
          "revenue_amount",
          "discount_amount",
          "cost_amount"
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
    ) AS subq_1
    LEFT OUTER JOIN (
      SELECT
        "customer_id",
        "customer_name"
      FROM "marts"."dim_customers"
      WHERE
        "tenant_id" = '00000000-0000-7000-8000-00000000000a'
    ) AS dim_customers_src_10000
      ON subq_1.customer = dim_customers_src_10000.customer_id
    GROUP BY
      dim_customers_src_10000.customer_name
  ) AS p
)
SELECT
  "customer",
  (
    CAST("discount_given" AS DECIMAL)
  ) / NULLIF((
    CAST("list_revenue" AS DECIMAL)
  ), 0) AS "discount_rate",
  CAST("discount_given" AS DECIMAL) AS "discount_given",
  CAST("list_revenue" AS DECIMAL) AS "list_revenue",
  CAST("cogs" AS DECIMAL) AS "cogs"
FROM part_0
ORDER BY
  "discount_rate" DESC NULLS LAST,
  "customer" ASC
LIMIT 5
