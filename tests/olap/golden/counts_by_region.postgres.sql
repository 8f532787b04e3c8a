WITH part_0 AS (
  SELECT
    p.customer__region AS "region",
    p.order_count AS "order_count",
    p.customer_count AS "customer_count"
  FROM (
    SELECT
      customer__region,
      COUNT(DISTINCT order_count) AS order_count,
      COUNT(DISTINCT customer_count) AS customer_count
    FROM (
      SELECT
        fct_sales_invoice_lines_src_10000.invoiced_on AS metric_time__day,
        dim_customers_src_10000.region AS customer__region,
        fct_sales_invoice_lines_src_10000.customer_id AS customer_count,
        fct_sales_invoice_lines_src_10000.invoice_id AS order_count
      FROM (
        SELECT
          "customer_id",
          "invoice_id",
          "invoiced_on"
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
          "customer_id",
          "region"
        FROM "marts"."dim_customers"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS dim_customers_src_10000
        ON fct_sales_invoice_lines_src_10000.customer_id = dim_customers_src_10000.customer_id
    ) AS subq_5
    WHERE
      (
        metric_time__day >= CAST('2026-01-01' AS DATE)
      )
      AND (
        metric_time__day <= CAST('2026-12-31' AS DATE)
      )
    GROUP BY
      customer__region
  ) AS p
)
SELECT
  "region",
  CAST("order_count" AS DECIMAL) AS "order_count",
  CAST("customer_count" AS DECIMAL) AS "customer_count"
FROM part_0
ORDER BY
  "region" ASC
