WITH part_0 AS (
  SELECT
    *
  FROM (
    SELECT
      p.receivable_movement__aging_bucket AS "aging_bucket",
      p.receivable_change AS "ar_open_amount"
    FROM (
      SELECT
        receivable_movement__aging_bucket,
        SUM(receivable_change) AS receivable_change
      FROM (
        SELECT
          posted_on AS metric_time__day,
          CASE
            WHEN due_on >= CAST('2026-03-01' AS DATE)
            THEN 'not due'
            WHEN CAST('2026-03-01' AS DATE) - due_on <= 30
            THEN '1-30'
            ELSE 'over 30'
          END AS receivable_movement__aging_bucket,
          open_amount AS receivable_change
        FROM (
          SELECT
            "posted_on",
            "due_on",
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
        metric_time__day <= CAST('2026-03-01' AS DATE)
      GROUP BY
        receivable_movement__aging_bucket
    ) AS p
  ) AS f
  WHERE
    "ar_open_amount" <> 0
)
SELECT
  "aging_bucket",
  CAST("ar_open_amount" AS DECIMAL) AS "ar_open_amount"
FROM part_0
ORDER BY
  "aging_bucket" ASC
