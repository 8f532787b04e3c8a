WITH part_0 AS (
  WITH flows AS (
    SELECT
      p.metric_time__fiscal_period AS "fiscal_period",
      p.account__account_name AS "account",
      p.movement AS "account_balance"
    FROM (
      SELECT
        metric_time__fiscal_period,
        account__account_name,
        SUM(movement) AS movement
      FROM (
        SELECT
          subq_4.fiscal_period AS metric_time__fiscal_period,
          fct_journal_lines_src_10000.posted_on AS metric_time__day,
          dim_accounts_src_10000.account_name AS account__account_name,
          fct_journal_lines_src_10000.amount AS movement
        FROM (
          SELECT
            "account_id",
            "posted_on",
            "amount"
          FROM "marts"."fct_journal_lines"
          WHERE
            "tenant_id" = '00000000-0000-7000-8000-00000000000a'
        ) AS fct_journal_lines_src_10000
        LEFT OUTER JOIN (
          SELECT
            "account_id",
            "account_name"
          FROM "marts"."dim_accounts"
          WHERE
            "tenant_id" = '00000000-0000-7000-8000-00000000000a'
        ) AS dim_accounts_src_10000
          ON fct_journal_lines_src_10000.account_id = dim_accounts_src_10000.account_id
        LEFT OUTER JOIN (
          SELECT
            "date_on",
            "fiscal_period"
          FROM "marts"."dim_dates"
          WHERE
            "tenant_id" = '00000000-0000-7000-8000-00000000000a'
        ) AS subq_4
          ON fct_journal_lines_src_10000.posted_on = subq_4.date_on
      ) AS subq_6
      WHERE
        metric_time__day <= CAST('2026-12-31' AS DATE)
      GROUP BY
        metric_time__fiscal_period,
        account__account_name
    ) AS p
  ), periods AS (
    SELECT
      fiscal_period AS period,
      MIN(date_on) AS first_on
    FROM (
      SELECT
        "date_on",
        "fiscal_period"
      FROM "marts"."dim_dates"
      WHERE
        "tenant_id" = '00000000-0000-7000-8000-00000000000a'
    ) AS dim_dates
    WHERE
      date_on >= CAST('2026-01-01' AS DATE) AND date_on <= CAST('2026-12-31' AS DATE)
    GROUP BY
      fiscal_period
  ), moves AS (
    SELECT
      f."account",
      COALESCE(p.first_on, (
        SELECT
          MIN(first_on)
        FROM periods
      )) AS first_on,
      f."account_balance" AS moved
    FROM flows AS f
    LEFT JOIN periods AS p
      ON p.period = f."fiscal_period"
    UNION ALL
    SELECT DISTINCT
      f."account",
      p.first_on,
      0 AS moved
    FROM flows AS f
    CROSS JOIN periods AS p
  ), summed AS (
    SELECT
      "account",
      first_on,
      SUM(moved) AS moved
    FROM moves
    GROUP BY
      "account",
      first_on
  ), levels AS (
    SELECT
      "account",
      first_on,
      SUM(moved) OVER (PARTITION BY "account" ORDER BY first_on) AS "account_balance"
    FROM summed
  )
  SELECT
    p.period AS "fiscal_period",
    s."account",
    s."account_balance"
  FROM levels AS s
  INNER JOIN periods AS p
    ON p.first_on = s.first_on
  WHERE
    "account_balance" <> 0
)
SELECT
  "fiscal_period",
  "account",
  "account_balance" AS "account_balance"
FROM part_0
ORDER BY
  "fiscal_period" ASC,
  "account" ASC
