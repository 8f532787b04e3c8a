WITH part_0 AS (
  SELECT
    p.warehouse__warehouse_name AS "warehouse",
    p.stock_worth_over_days AS "stock_worth_over_days",
    p.stock_days AS "stock_days"
  FROM (
    SELECT
      warehouse__warehouse_name,
      SUM(stock_worth_over_days) AS stock_worth_over_days,
      COUNT(DISTINCT stock_days) AS stock_days
    FROM (
      SELECT
        fct_stock_daily_src_10000.stock_on AS metric_time__day,
        dim_warehouses_src_10000.warehouse_name AS warehouse__warehouse_name,
        fct_stock_daily_src_10000.value_amount AS stock_worth_over_days,
        fct_stock_daily_src_10000.stock_on AS stock_days
      FROM (
        SELECT
          "warehouse_id",
          "stock_on",
          "on_hand_qty",
          "value_amount"
        FROM "marts"."fct_stock_daily"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS fct_stock_daily_src_10000
      LEFT OUTER JOIN (
        SELECT
          "warehouse_id",
          "warehouse_name"
        FROM "marts"."dim_warehouses"
        WHERE
          "tenant_id" = '00000000-0000-7000-8000-00000000000a'
      ) AS dim_warehouses_src_10000
        ON fct_stock_daily_src_10000.warehouse_id = dim_warehouses_src_10000.warehouse_id
    ) AS subq_5
    WHERE
      (
        metric_time__day >= CAST('2026-01-01' AS DATE)
      )
      AND (
        metric_time__day <= CAST('2026-12-31' AS DATE)
      )
    GROUP BY
      warehouse__warehouse_name
  ) AS p
), part_1 AS (
  SELECT
    p.warehouse__warehouse_name AS "warehouse",
    p.stock_quantity AS "stock_quantity"
  FROM (
    SELECT
      subq_6.warehouse__warehouse_name AS warehouse__warehouse_name,
      SUM(subq_6.__stock_quantity) AS stock_quantity
    FROM (
      SELECT
        stock_quantity AS __stock_quantity,
        warehouse__warehouse_name,
        stock_on__day
      FROM (
        SELECT
          fct_stock_daily_src_10000.stock_on AS stock_on__day,
          fct_stock_daily_src_10000.stock_on AS metric_time__day,
          dim_warehouses_src_10000.warehouse_name AS warehouse__warehouse_name,
          fct_stock_daily_src_10000.on_hand_qty AS stock_quantity
        FROM (
          SELECT
            "warehouse_id",
            "stock_on",
            "on_hand_qty",
            "value_amount"
          FROM "marts"."fct_stock_daily"
          WHERE
            "tenant_id" = '00000000-0000-7000-8000-00000000000a'
        ) AS fct_stock_daily_src_10000
        LEFT OUTER JOIN (
          SELECT
            "warehouse_id",
            "warehouse_name"
          FROM "marts"."dim_warehouses"
          WHERE
            "tenant_id" = '00000000-0000-7000-8000-00000000000a'
        ) AS dim_warehouses_src_10000
          ON fct_stock_daily_src_10000.warehouse_id = dim_warehouses_src_10000.warehouse_id
      ) AS subq_5
      WHERE
        (
          metric_time__day >= CAST('2026-01-01' AS DATE)
        )
        AND (
          metric_time__day <= CAST('2026-12-31' AS DATE)
        )
    ) AS subq_6
    INNER JOIN (
      SELECT
        MAX(stock_on__day) AS stock_on__day__complete
      FROM (
        SELECT
          fct_stock_daily_src_10000.stock_on AS stock_on__day,
          fct_stock_daily_src_10000.stock_on AS metric_time__day
        FROM (
          SELECT
            "warehouse_id",
            "stock_on",
            "on_hand_qty",
            "value_amount"
          FROM "marts"."fct_stock_daily"
          WHERE
            "tenant_id" = '00000000-0000-7000-8000-00000000000a'
        ) AS fct_stock_daily_src_10000
        LEFT OUTER JOIN (
          SELECT
            "warehouse_id",
            "warehouse_name"
          FROM "marts"."dim_warehouses"
          WHERE
            "tenant_id" = '00000000-0000-7000-8000-00000000000a'
        ) AS dim_warehouses_src_10000
          ON fct_stock_daily_src_10000.warehouse_id = dim_warehouses_src_10000.warehouse_id
      ) AS subq_5
      WHERE
        (
          metric_time__day >= CAST('2026-01-01' AS DATE)
        )
        AND (
          metric_time__day <= CAST('2026-12-31' AS DATE)
        )
    ) AS subq_8
      ON subq_6.stock_on__day = subq_8.stock_on__day__complete
    GROUP BY
      subq_6.warehouse__warehouse_name
  ) AS p
), combined AS (
  SELECT
    "warehouse",
    MAX("stock_worth_over_days") AS "stock_worth_over_days",
    MAX("stock_days") AS "stock_days",
    MAX("stock_quantity") AS "stock_quantity"
  FROM (
    SELECT
      "warehouse",
      "stock_worth_over_days",
      "stock_days",
      NULL AS "stock_quantity"
    FROM part_0
    UNION ALL
    SELECT
      "warehouse",
      NULL AS "stock_worth_over_days",
      NULL AS "stock_days",
      "stock_quantity"
    FROM part_1
  ) AS stacked
  GROUP BY
    "warehouse"
)
SELECT
  "warehouse",
  (
    "stock_worth_over_days"
  ) / NULLIF((
    "stock_days"
  ), 0) AS "stock_value_average",
  "stock_quantity" AS "stock_quantity"
FROM combined
ORDER BY
  "warehouse" ASC
