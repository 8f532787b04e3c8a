WITH part_0 AS (
  SELECT
    p.item__item_category AS "item_category",
    p.cogs AS "cogs"
  FROM (
    SELECT
      item__item_category,
      SUM(cogs) AS cogs
    FROM (
      SELECT
        fct_sales_invoice_lines_src_10000.invoiced_on AS metric_time__day,
        dim_items_src_10000.item_category AS item__item_category,
        fct_sales_invoice_lines_src_10000.cost_amount AS cogs
      FROM (
        SELECT
          "item_id",
          "invoiced_on",
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
          "item_id",
          "item_category"
        FROM "marts"."dim_items"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS dim_items_src_10000
        ON fct_sales_invoice_lines_src_10000.item_id = dim_items_src_10000.item_id
    ) AS subq_5
    WHERE
      (
        metric_time__day >= CAST('2026-01-01' AS DATE)
      )
      AND (
        metric_time__day <= CAST('2026-12-31' AS DATE)
      )
    GROUP BY
      item__item_category
  ) AS p
), part_1 AS (
  SELECT
    p.item__item_category AS "item_category",
    p.stock_worth_over_days AS "stock_worth_over_days",
    p.stock_days AS "stock_days"
  FROM (
    SELECT
      item__item_category,
      SUM(stock_worth_over_days) AS stock_worth_over_days,
      COUNT(DISTINCT stock_days) AS stock_days
    FROM (
      SELECT
        fct_stock_daily_src_10000.stock_on AS metric_time__day,
        dim_items_src_10000.item_category AS item__item_category,
        fct_stock_daily_src_10000.value_amount AS stock_worth_over_days,
        fct_stock_daily_src_10000.stock_on AS stock_days
      FROM (
        SELECT
          "item_id",
          "stock_on",
          "value_amount"
        FROM "marts"."fct_stock_daily"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS fct_stock_daily_src_10000
      LEFT OUTER JOIN (
        SELECT
          "item_id",
          "item_category"
        FROM "marts"."dim_items"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS dim_items_src_10000
        ON fct_stock_daily_src_10000.item_id = dim_items_src_10000.item_id
    ) AS subq_5
    WHERE
      (
        metric_time__day >= CAST('2026-01-01' AS DATE)
      )
      AND (
        metric_time__day <= CAST('2026-12-31' AS DATE)
      )
    GROUP BY
      item__item_category
  ) AS p
), combined AS (
  SELECT
    "item_category",
    MAX("cogs") AS "cogs",
    MAX("stock_worth_over_days") AS "stock_worth_over_days",
    MAX("stock_days") AS "stock_days"
  FROM (
    SELECT
      "item_category",
      "cogs",
      NULL AS "stock_worth_over_days",
      NULL AS "stock_days"
    FROM part_0
    UNION ALL
    SELECT
      "item_category",
      NULL AS "cogs",
      "stock_worth_over_days",
      "stock_days"
    FROM part_1
  ) AS stacked
  GROUP BY
    "item_category"
)
SELECT
  "item_category",
  (
    "cogs"
  ) / NULLIF((
    (
      "stock_worth_over_days"
    ) / NULLIF((
      "stock_days"
    ), 0)
  ), 0) AS "stock_turns"
FROM combined
ORDER BY
  "item_category" ASC
