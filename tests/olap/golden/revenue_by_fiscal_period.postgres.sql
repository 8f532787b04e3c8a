WITH part_0 AS (
  SELECT
    p.metric_time__fiscal_period AS "fiscal_period",
    p.net_revenue AS "net_revenue"
  FROM (
    SELECT
      metric_time__fiscal_period,
      SUM(net_revenue) AS net_revenue
    FROM (
      SELECT
        subq_1.fiscal_period AS metric_time__fiscal_period,
        fct_sales_invoice_lines_src_10000.invoiced_on AS metric_time__day,
        fct_sales_invoice_lines_src_10000.revenue_amount AS net_revenue
      FROM (
        SELECT
          "invoiced_on",
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
          "date_on",
          "fiscal_period"
        FROM "marts"."dim_dates"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS subq_1
        ON fct_sales_invoice_lines_src_10000.invoiced_on = subq_1.date_on
    ) AS subq_3
    WHERE
      (
        metric_time__day >= CAST('2026-01-01' AS DATE)
      )
      AND (
        metric_time__day <= CAST('2026-12-31' AS DATE)
      )
    GROUP BY
      metric_time__fiscal_period
  ) AS p
)
SELECT
  "fiscal_period",
  CAST("net_revenue" AS DECIMAL) AS "net_revenue"
FROM part_0
ORDER BY
  "fiscal_period" ASC
