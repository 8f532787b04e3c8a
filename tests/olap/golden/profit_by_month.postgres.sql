WITH part_0 AS (
  SELECT
    CAST(p.metric_time__month AS DATE) AS "month",
    p.net_profit AS "net_profit"
  FROM (
    SELECT
      metric_time__month,
      SUM(net_profit) AS net_profit
    FROM (
      SELECT
        subq_1.metric_time__day AS metric_time__day,
        subq_1.metric_time__month AS metric_time__month,
        dim_accounts_src_10000.account_type AS account__account_type,
        subq_1.__net_profit AS net_profit
      FROM (
        SELECT
          posted_on AS metric_time__day,
          DATE_TRUNC('MONTH', posted_on) AS metric_time__month,
          account_id AS account,
          -amount AS __net_profit
        FROM (
          SELECT
            "account_id",
            "posted_on",
            "amount",
            "credit_amount"
          FROM "marts"."fct_journal_lines"
          WHERE
            "tenant_id" = '00000000-0000-7000-8000-00000000000a'
        ) AS fct_journal_lines_src_10000
      ) AS subq_1
      LEFT OUTER JOIN (
        SELECT
          "account_id",
          "account_type"
        FROM "marts"."dim_accounts"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS dim_accounts_src_10000
        ON subq_1.account = dim_accounts_src_10000.account_id
    ) AS subq_5
    WHERE
      (
        account__account_type IN ('income', 'expense')
      )
      AND (
        metric_time__day >= CAST('2026-01-01' AS DATE)
      )
      AND (
        metric_time__day <= CAST('2026-12-31' AS DATE)
      )
    GROUP BY
      metric_time__month
  ) AS p
), part_1 AS (
  SELECT
    CAST(p.metric_time__month AS DATE) AS "month",
    p.credit_amount AS "credit_amount"
  FROM (
    SELECT
      metric_time__month,
      SUM(credit_amount) AS credit_amount
    FROM (
      SELECT
        posted_on AS metric_time__day,
        DATE_TRUNC('MONTH', posted_on) AS metric_time__month,
        credit_amount
      FROM (
        SELECT
          "account_id",
          "posted_on",
          "amount",
          "credit_amount"
        FROM "marts"."fct_journal_lines"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS fct_journal_lines_src_10000
    ) AS subq_2
    WHERE
      (
        metric_time__day >= CAST('2026-01-01' AS DATE)
      )
      AND (
        metric_time__day <= CAST('2026-12-31' AS DATE)
      )
    GROUP BY
      metric_time__month
  ) AS p
), combined AS (
  SELECT
    "month",
    MAX("net_profit") AS "net_profit",
    MAX("credit_amount") AS "credit_amount"
  FROM (
    SELECT
      "month",
      "net_profit",
      CAST(NULL AS DECIMAL) AS "credit_amount"
    FROM part_0
    UNION ALL
    SELECT
      "month",
      CAST(NULL AS DECIMAL) AS "net_profit",
      "credit_amount"
    FROM part_1
  ) AS stacked
  GROUP BY
    "month"
)
SELECT
  "month",
  CAST("net_profit" AS DECIMAL) AS "net_profit",
  CAST("credit_amount" AS DECIMAL) AS "credit_amount"
FROM combined
ORDER BY
  "month" ASC
