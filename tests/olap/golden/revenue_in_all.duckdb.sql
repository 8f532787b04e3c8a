WITH part_0 AS (
  SELECT
    p.net_revenue AS "net_revenue"
  FROM (
    SELECT
      SUM(revenue_amount) AS net_revenue
    FROM (
      SELECT
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
  ) AS p
)
SELECT
  "net_revenue" AS "net_revenue"
FROM part_0
