{{ config(materialized="table") }}

select tenant_id, customer_id, customer_code, customer_name, credit_limit_amount, _batch_id
from {{ ref("stg_erp__customers") }}
