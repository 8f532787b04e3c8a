WITH part_0 AS (
  WITH flows AS (
    SELECT
      CAST(p.metric_time__quarter AS DATE) AS "quarter",
      p.receivable_change AS "ar_open_amount"
    FROM (
      SELECT
        metric_time__quarter,
        SUM(receivable_change) AS receivable_change
      FROM (
        SELECT
          posted_on AS metric_time__day,
          DATE_TRUNC('QUARTER', posted_on) AS metric_time__quarter,
          open_amount AS receivable_change
        FROM (
          SELECT
            "posted_on",
            "open_amount"
          FROM "marts"."fct_receivable_movements"
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
        ) AS fct_receivable_movements_src_10000
      ) AS subq_2
      WHERE
        metric_time__day <= CAST('2026-12-31' AS DATE)
      GROUP BY
        metric_time__quarter
    ) AS p
  ), periods AS (
    SELECT
      CAST(DATE_TRUNC('QUARTER', date_on) AS DATE) AS period,
      MIN(date_on) AS first_on
    FROM (
      SELECT
        "date_on"
      FROM "marts"."dim_dates"
      WHERE
        "tenant_id" = '00000000-0000-7000-8000-00000000000a'
    ) AS dim_dates
    WHERE
      date_on >= CAST('2026-01-01' AS DATE) AND date_on <= CAST('2026-12-31' AS DATE)
    GROUP BY
      CAST(DATE_TRUNC('QUARTER', date_on) AS DATE)
  ), moves AS (
    SELECT
      COALESCE(p.first_on, (
        SELECT
          MIN(first_on)
        FROM periods
      )) AS first_on,
      f."ar_open_amount" AS moved
    FROM flows AS f
    LEFT JOIN periods AS p
      ON p.period = f."quarter"
    UNION ALL
    SELECT DISTINCT
      p.first_on,
      0 AS moved
    FROM flows AS f
    CROSS JOIN periods AS p
  ), summed AS (
    SELECT
      first_on,
      SUM(moved) AS moved
    FROM moves
    GROUP BY
      first_on
  ), levels AS (
    SELECT
      first_on,
      SUM(moved) OVER (ORDER BY first_on) AS "ar_open_amount"
    FROM summed
  )
  SELECT
    p.period AS "quarter",
    s."ar_open_amount"
  FROM levels AS s
  INNER JOIN periods AS p
    ON p.first_on = s.first_on
), part_1 AS (
  SELECT
    CAST(p.metric_time__quarter AS DATE) AS "quarter",
    p.net_revenue AS "net_revenue"
  FROM (
    SELECT
      metric_time__quarter,
      SUM(net_revenue) AS net_revenue
    FROM (
      SELECT
        invoiced_on AS metric_time__day,
        DATE_TRUNC('QUARTER', invoiced_on) AS metric_time__quarter,
        revenue_amount AS net_revenue
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
    ) AS subq_2
    WHERE
      (
        metric_time__day >= CAST('2026-01-01' AS DATE)
      )
      AND (
        metric_time__day <= CAST('2026-12-31' AS DATE)
      )
    GROUP BY
      metric_time__quarter
  ) AS p
), combined AS (
  SELECT
    "quarter",
    MAX("ar_open_amount") AS "ar_open_amount",
    MAX("net_revenue") AS "net_revenue"
  FROM (
    SELECT
      "quarter",
      "ar_open_amount",
      NULL AS "net_revenue"
    FROM part_0
    UNION ALL
    SELECT
      "quarter",
      NULL AS "ar_open_amount",
      "net_revenue"
    FROM part_1
  ) AS stacked
  GROUP BY
    "quarter"
)
SELECT
  "quarter",
  (
    "ar_open_amount"
  ) / NULLIF((
    "net_revenue"
  ), 0) * 30 AS "dso_days"
FROM combined
ORDER BY
  "quarter" ASC
