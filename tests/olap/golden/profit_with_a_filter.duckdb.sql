WITH part_0 AS (
  SELECT
    p.account__account_type AS "account_type",
    p.profit_movement AS "profit_movement"
  FROM (
    SELECT
      account__account_type,
      SUM(profit_movement) AS profit_movement
    FROM (
      SELECT
        dim_accounts_src_10000.account_type AS account__account_type,
        fct_journal_lines_src_10000.amount AS profit_movement
      FROM (
        SELECT
          "account_id",
          "amount",
          "debit_amount"
        FROM "marts"."fct_journal_lines"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS fct_journal_lines_src_10000
      LEFT OUTER JOIN (
        SELECT
          "account_id",
          "account_type"
        FROM "marts"."dim_accounts"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS dim_accounts_src_10000
        ON fct_journal_lines_src_10000.account_id = dim_accounts_src_10000.account_id
    ) AS subq_5
    WHERE
      account__account_type IN ('income', 'expense')
    GROUP BY
      account__account_type
  ) AS p
), part_1 AS (
  SELECT
    p.account__account_type AS "account_type",
    p.debit_amount AS "debit_amount"
  FROM (
    SELECT
      dim_accounts_src_10000.account_type AS account__account_type,
      SUM(fct_journal_lines_src_10000.debit_amount) AS debit_amount
    FROM (
      SELECT
        "account_id",
        "amount",
        "debit_amount"
      FROM "marts"."fct_journal_lines"
      WHERE
        "tenant_id" = '00000000-0000-7000-8000-00000000000a'
    ) AS fct_journal_lines_src_10000
    LEFT OUTER JOIN (
      SELECT
        "account_id",
        "account_type"
      FROM "marts"."dim_accounts"
      WHERE
        "tenant_id" = '00000000-0000-7000-8000-00000000000a'
    ) AS dim_accounts_src_10000
      ON fct_journal_lines_src_10000.account_id = dim_accounts_src_10000.account_id
    GROUP BY
      dim_accounts_src_10000.account_type
  ) AS p
), combined AS (
  SELECT
    "account_type",
    MAX("profit_movement") AS "profit_movement",
    MAX("debit_amount") AS "debit_amount"
  FROM (
    SELECT
      "account_type",
      "profit_movement",
      NULL AS "debit_amount"
    FROM part_0
    UNION ALL
    SELECT
      "account_type",
      NULL AS "profit_movement",
      "debit_amount"
    FROM part_1
  ) AS stacked
  GROUP BY
    "account_type"
)
SELECT
  "account_type",
  "profit_movement" AS "profit_movement",
  "debit_amount" AS "debit_amount"
FROM combined
ORDER BY
  "account_type" ASC
