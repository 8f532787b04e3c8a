WITH part_0 AS (
  SELECT
    CAST(p.metric_time__month AS DATE) AS "month",
    p.customer__region AS "region",
    p.net_revenue AS "net_revenue",
    p.cogs AS "cogs",
    p.order_count AS "order_count"
  FROM (
    SELECT
      metric_time__month,
      customer__region,
      SUM(net_revenue) AS net_revenue,
      SUM(cogs) AS cogs,
      COUNT(DISTINCT order_count) AS order_count
    FROM (
      SELECT
        fct_sales_invoice_lines_src_10000.invoiced_on AS metric_time__day,
        DATE_TRUNC('MONTH', fct_sales_invoice_lines_src_10000.invoiced_on) AS metric_time__month,
        dim_customers_src_10000.region AS customer__region,
        fct_sales_invoice_lines_src_10000.revenue_amount AS net_revenue,
        fct_sales_invoice_lines_src_10000.cost_amount AS cogs,
        fct_sales_invoice_lines_src_10000.invoice_id AS order_count
      FROM (
        SELECT
          "customer_id",
          "invoice_id",
          "invoiced_on",
          "revenue_amount",
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
      metric_time__month,
      customer__region
  ) AS p
)
SELECT
  "month",
  "region",
  "net_revenue" AS "net_revenue",
  (
    "net_revenue"
  ) - (
    "cogs"
  ) AS "gross_margin",
  (
    "net_revenue"
  ) / NULLIF((
    "order_count"
  ), 0) AS "average_order_value"
FROM part_0
ORDER BY
  "gross_margin" DESC,
  "month" ASC,
  "region" ASC
LIMIT 10
