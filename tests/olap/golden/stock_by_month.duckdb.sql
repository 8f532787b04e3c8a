WITH part_0 AS (
  SELECT
    CAST(p.metric_time__month AS DATE) AS "month",
    p.warehouse__warehouse_name AS "warehouse",
    p.stock_value AS "stock_value"
  FROM (
    SELECT
      subq_6.metric_time__month AS metric_time__month,
      subq_6.warehouse__warehouse_name AS warehouse__warehouse_name,
      SUM(subq_6.__stock_value) AS stock_value
    FROM (
      SELECT
        stock_value AS __stock_value,
        warehouse__warehouse_name,
        stock_on__day,
        metric_time__month
      FROM (
        SELECT
          fct_stock_daily_src_10000.stock_on AS stock_on__day,
          fct_stock_daily_src_10000.stock_on AS metric_time__day,
          DATE_TRUNC('MONTH', fct_stock_daily_src_10000.stock_on) AS metric_time__month,
          dim_warehouses_src_10000.warehouse_name AS warehouse__warehouse_name,
          fct_stock_daily_src_10000.value_amount AS stock_value
        FROM (
          SELECT
            "warehouse_id",
            "stock_on",
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
        metric_time__month,
        MAX(stock_on__day) AS stock_on__day__complete
      FROM (
        SELECT
          fct_stock_daily_src_10000.stock_on AS stock_on__day,
          fct_stock_daily_src_10000.stock_on AS metric_time__day,
          DATE_TRUNC('MONTH', fct_stock_daily_src_10000.stock_on) AS metric_time__month
        FROM (
          SELECT
            "warehouse_id",
            "stock_on",
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
        metric_time__month
    ) AS subq_8
      ON subq_6.stock_on__day = subq_8.stock_on__day__complete
    GROUP BY
      subq_6.metric_time__month,
      subq_6.warehouse__warehouse_name
  ) AS p
)
SELECT
  "month",
  "warehouse",
  "stock_value" AS "stock_value"
FROM part_0
ORDER BY
  "month" ASC,
  "warehouse" ASC
