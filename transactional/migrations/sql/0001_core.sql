create schema if not exists kernel;
-- statement
grant usage on schema kernel to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists identity;
-- statement
grant usage on schema identity to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists organization;
-- statement
grant usage on schema organization to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists platform;
-- statement
grant usage on schema platform to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists scm;
-- statement
grant usage on schema scm to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists project;
-- statement
grant usage on schema project to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists catalog;
-- statement
grant usage on schema catalog to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists ledger;
-- statement
grant usage on schema ledger to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists inventory;
-- statement
grant usage on schema inventory to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists finance;
-- statement
grant usage on schema finance to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists sales;
-- statement
grant usage on schema sales to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists purchase;
-- statement
grant usage on schema purchase to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists production;
-- statement
grant usage on schema production to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists report;
-- statement
grant usage on schema report to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists watch;
-- statement
grant usage on schema watch to qooerp_app, qooerp_warehouse;
-- statement
create schema if not exists assistant;
-- statement
grant usage on schema assistant to qooerp_app, qooerp_warehouse;
-- statement
create or replace function kernel.search_words(given text) returns tsvector language sql immutable parallel safe as $$
    with plain as (select left(lower(normalize(given, NFKC)), 20000) as told),
    words as (
        select unnest(
            regexp_split_to_array(
                regexp_replace(told, '([\u4e00-\u9fff])', ' \1 ', 'g'), '[^0-9a-z\u0080-\u2fff\u3040-\uffff]+'
            )
        ) as word
        from plain
        union all
        select substr(told, place, 2)
        from plain, generate_series(1, length(told) - 1) as place
        where substr(told, place, 2) ~ '^[\u4e00-\u9fff]{2}$'
    )
    select array_to_tsvector(coalesce(array_agg(distinct left(word, 200)), '{}')) from words where word <> ''
$$;
-- statement
CREATE TABLE assistant.assistant_terms (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    phrase VARCHAR(80) NOT NULL,
    metric_name VARCHAR(120) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_assistant_terms PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_assistant_terms_tenant_id_phrase UNIQUE (tenant_id, phrase)
);
-- statement
CREATE INDEX ix_assistant_terms_row_xid ON assistant.assistant_terms (row_xid);
-- statement
CREATE TABLE assistant.completion_rules (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    thing VARCHAR(80) NOT NULL,
    field VARCHAR(80) NOT NULL,
    confidence_min NUMERIC(20, 10) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_completion_rules PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_completion_rules_tenant_id_thing_field UNIQUE (tenant_id, thing, field),
    CONSTRAINT ck_completion_rules_confidence_min CHECK (confidence_min > 0 and confidence_min <= 1)
);
-- statement
CREATE INDEX ix_completion_rules_row_xid ON assistant.completion_rules (row_xid);
-- statement
CREATE TABLE assistant.conversations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    title VARCHAR(200) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_conversations PRIMARY KEY (tenant_id, id)
);
-- statement
CREATE INDEX ix_conversations_row_xid ON assistant.conversations (row_xid);
-- statement
CREATE TABLE assistant.knowledge_documents (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    source VARCHAR(300) NOT NULL,
    title VARCHAR(300) NOT NULL,
    role_codes VARCHAR(40)[] DEFAULT '{}' NOT NULL,
    content_hash VARCHAR(64) NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    state VARCHAR(20) NOT NULL,
    reason VARCHAR(200) DEFAULT '' NOT NULL,
    piece_count INTEGER DEFAULT 0 NOT NULL,
    embedding_name VARCHAR(200) DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_knowledge_documents PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_knowledge_documents_tenant_id_source UNIQUE (tenant_id, source)
);
-- statement
CREATE INDEX ix_knowledge_documents_row_xid ON assistant.knowledge_documents (row_xid);
-- statement
CREATE TABLE assistant.model_calls (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    purpose VARCHAR(40) NOT NULL,
    model_name VARCHAR(200) NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost NUMERIC(18, 6) NOT NULL,
    milliseconds INTEGER NOT NULL,
    outcome VARCHAR(500) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_model_calls PRIMARY KEY (tenant_id, id)
);
-- statement
CREATE INDEX ix_model_calls_row_xid ON assistant.model_calls (row_xid);
-- statement
CREATE TABLE catalog.item_categories (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    parent_id UUID,
    tax_class VARCHAR(40),
    costing_method VARCHAR(20),
    tracking_mode VARCHAR(10),
    reorder_point_qty NUMERIC(20, 6),
    safety_stock_qty NUMERIC(20, 6),
    lead_time_days INTEGER,
    shelf_life_days INTEGER,
    warranty_days INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_item_categories PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_item_categories_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_item_categories_reorder_point_qty_not_negative CHECK (reorder_point_qty >= 0),
    CONSTRAINT ck_item_categories_safety_stock_qty_not_negative CHECK (safety_stock_qty >= 0),
    CONSTRAINT ck_item_categories_lead_time_days_not_negative CHECK (lead_time_days >= 0),
    CONSTRAINT ck_item_categories_shelf_life_days_positive CHECK (shelf_life_days > 0),
    CONSTRAINT ck_item_categories_warranty_days_not_negative CHECK (warranty_days >= 0),
    CONSTRAINT fk_item_categories_tenant_id_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES catalog.item_categories (tenant_id, id)
);
-- statement
CREATE INDEX ix_item_categories_row_xid ON catalog.item_categories (row_xid);
-- statement
CREATE TABLE catalog.units_of_measure (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(20) NOT NULL,
    name VARCHAR(80) NOT NULL,
    is_whole BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_units_of_measure PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_units_of_measure_tenant_id_code UNIQUE (tenant_id, code)
);
-- statement
CREATE INDEX ix_units_of_measure_row_xid ON catalog.units_of_measure (row_xid);
-- statement
CREATE TABLE finance.tax_codes (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(20) DEFAULT 'exclusive' NOT NULL,
    item_tax_class VARCHAR(40) DEFAULT 'standard' NOT NULL,
    party_tax_class VARCHAR(40) DEFAULT 'standard' NOT NULL,
    country_code VARCHAR(2),
    compounds_on_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_tax_codes PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_tax_codes_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_tax_codes_kind_known CHECK (kind in ('exclusive', 'inclusive', 'exempt', 'reverse_charge')),
    CONSTRAINT fk_tax_codes_tenant_id_compounds_on_id FOREIGN KEY(tenant_id, compounds_on_id) REFERENCES finance.tax_codes (tenant_id, id)
);
-- statement
CREATE INDEX ix_tax_codes_row_xid ON finance.tax_codes (row_xid);
-- statement
CREATE TABLE identity.accounts (
    id UUID NOT NULL,
    username VARCHAR(200) NOT NULL,
    password_hash VARCHAR(200) NOT NULL,
    earlier_hashes VARCHAR(200)[] DEFAULT '{}' NOT NULL,
    password_changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    failed_count INTEGER DEFAULT 0 NOT NULL,
    failed_since TIMESTAMP WITH TIME ZONE,
    locked_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (id),
    CONSTRAINT uq_accounts_username UNIQUE (username)
);
-- statement
CREATE TABLE identity.erasures (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subject_kind VARCHAR(20) NOT NULL,
    subject_id UUID NOT NULL,
    pseudonym VARCHAR(40) NOT NULL,
    account_id UUID,
    texts JSONB DEFAULT '[]' NOT NULL,
    own_texts JSONB DEFAULT '[]' NOT NULL,
    past JSONB DEFAULT '{}' NOT NULL,
    places JSONB DEFAULT '{}' NOT NULL,
    state VARCHAR(10) DEFAULT 'asked' NOT NULL,
    replaced_at TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_erasures PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_erasures_tenant_id_subject_id UNIQUE (tenant_id, subject_id),
    CONSTRAINT ck_erasures_state_known CHECK (state in ('asked', 'replaced', 'done'))
);
-- statement
CREATE INDEX ix_erasures_row_xid ON identity.erasures (row_xid);
-- statement
CREATE TABLE identity.logins (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    username VARCHAR(200) NOT NULL,
    result VARCHAR(20) NOT NULL,
    address VARCHAR(64),
    agent VARCHAR(300),
    country VARCHAR(2),
    is_new_country BOOLEAN DEFAULT false NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_logins PRIMARY KEY (tenant_id, id)
);
-- statement
CREATE INDEX ix_logins_row_xid ON identity.logins (row_xid);
-- statement
CREATE INDEX ix_logins_user_id ON identity.logins (tenant_id, user_id, country);
-- statement
CREATE TABLE identity.roles (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    data_scope VARCHAR(10) DEFAULT 'all' NOT NULL,
    permissions VARCHAR(80)[] DEFAULT '{}' NOT NULL,
    row_rules JSONB DEFAULT '{}' NOT NULL,
    hidden_fields VARCHAR(120)[] DEFAULT '{}' NOT NULL,
    field_rules JSONB DEFAULT '[]' NOT NULL,
    is_system BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_roles PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_roles_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT uq_roles_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT ck_roles_data_scope_known CHECK (data_scope in ('own', 'unit', 'subtree', 'company', 'all'))
);
-- statement
CREATE INDEX ix_roles_row_xid ON identity.roles (row_xid);
-- statement
CREATE TABLE identity.sign_in_attempts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    username VARCHAR(200) NOT NULL,
    account_id UUID,
    result VARCHAR(20) NOT NULL,
    address VARCHAR(64),
    agent VARCHAR(300),
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sign_in_attempts PRIMARY KEY (id)
);
-- statement
CREATE INDEX ix_sign_in_attempts_address ON identity.sign_in_attempts (address, at);
-- statement
CREATE INDEX ix_sign_in_attempts_username ON identity.sign_in_attempts (username, at);
-- statement
CREATE TABLE identity.tenants (
    id UUID NOT NULL,
    slug VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    host VARCHAR(200),
    default_locale VARCHAR(20) DEFAULT 'en' NOT NULL,
    password_length_min INTEGER DEFAULT 12 NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_tenants PRIMARY KEY (id),
    CONSTRAINT uq_tenants_slug UNIQUE (slug),
    CONSTRAINT uq_tenants_host UNIQUE (host)
);
-- statement
CREATE TABLE kernel.audit_log (
    tenant_id UUID NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    table_name VARCHAR(80) NOT NULL,
    row_id UUID NOT NULL,
    action VARCHAR(10) NOT NULL,
    before JSONB,
    after JSONB,
    user_id UUID,
    channel VARCHAR(20),
    trace_id VARCHAR(40),
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_audit_log PRIMARY KEY (tenant_id, id)
);
-- statement
CREATE INDEX ix_audit_log_record ON kernel.audit_log (tenant_id, table_name, row_id, id);
-- statement
CREATE INDEX ix_audit_log_row_xid ON kernel.audit_log (row_xid);
-- statement
CREATE TABLE kernel.idempotency_keys (
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    key VARCHAR(200) NOT NULL,
    request_hash VARCHAR(64) NOT NULL,
    status_code INTEGER,
    body VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (tenant_id, user_id, key)
);
-- statement
CREATE TABLE kernel.outbox (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    topic VARCHAR(80) NOT NULL,
    schema_version INTEGER DEFAULT 1 NOT NULL,
    aggregate_type VARCHAR(80) NOT NULL,
    aggregate_id UUID NOT NULL,
    sequence BIGINT GENERATED ALWAYS AS IDENTITY,
    payload JSONB NOT NULL,
    trace_id VARCHAR(40),
    occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_outbox PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_outbox_tenant_id_aggregate_id_sequence UNIQUE (tenant_id, aggregate_id, sequence)
);
-- statement
CREATE INDEX ix_outbox_row_xid ON kernel.outbox (row_xid);
-- statement
CREATE UNLOGGED TABLE kernel.rate_buckets (
    bucket VARCHAR(400) NOT NULL,
    rate DOUBLE PRECISION NOT NULL,
    burst DOUBLE PRECISION NOT NULL,
    spent DOUBLE PRECISION NOT NULL,
    wanted DOUBLE PRECISION NOT NULL,
    tokens DOUBLE PRECISION NOT NULL,
    granted DOUBLE PRECISION NOT NULL,
    filled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_rate_buckets PRIMARY KEY (bucket)
);
-- statement
CREATE TABLE kernel.reference_marks (
    tenant_id UUID NOT NULL,
    mark BIGINT NOT NULL,
    CONSTRAINT pk_reference_marks PRIMARY KEY (tenant_id)
);
-- statement
CREATE TABLE kernel.tombstones (
    tenant_id UUID NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    table_name VARCHAR(80) NOT NULL,
    row_id UUID NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_tombstones PRIMARY KEY (tenant_id, id)
);
-- statement
CREATE INDEX ix_tombstones_row_xid ON kernel.tombstones (row_xid);
-- statement
CREATE TABLE ledger.statement_templates (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    figure_kind VARCHAR(20) DEFAULT 'movement' NOT NULL,
    rows JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_statement_templates PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_statement_templates_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_statement_templates_figure_kind_known CHECK (figure_kind in ('movement', 'balance'))
);
-- statement
CREATE INDEX ix_statement_templates_row_xid ON ledger.statement_templates (row_xid);
-- statement
CREATE TABLE organization.companies (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    country_code VARCHAR(2) NOT NULL,
    tax_number VARCHAR(40),
    fiscal_year_start_month INTEGER DEFAULT 1 NOT NULL,
    rounds_tax_per_line BOOLEAN DEFAULT true NOT NULL,
    freight_tax_class VARCHAR(40) DEFAULT 'standard',
    adjustment_limit_amount NUMERIC(18, 4),
    purchase_limit_amount NUMERIC(18, 4),
    purchase_change_tolerance_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    receipt_tolerance_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    production_tolerance_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    invoice_qty_tolerance_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    invoice_price_tolerance_share NUMERIC(20, 10) DEFAULT 0.02 NOT NULL,
    recost_moves_max INTEGER DEFAULT 5000 NOT NULL,
    rate_age_days_max INTEGER DEFAULT 7 NOT NULL,
    future_days_max INTEGER,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_companies PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_companies_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT uq_companies_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT ck_companies_adjustment_limit_not_negative CHECK (adjustment_limit_amount >= 0),
    CONSTRAINT ck_companies_recost_moves_max_not_negative CHECK (recost_moves_max >= 0),
    CONSTRAINT ck_companies_future_days_max_not_negative CHECK (future_days_max >= 0),
    CONSTRAINT ck_companies_rate_age_days_max_not_negative CHECK (rate_age_days_max >= 0),
    CONSTRAINT ck_companies_purchase_limit_not_negative CHECK (purchase_limit_amount >= 0),
    CONSTRAINT ck_companies_purchase_change_tolerance_not_negative CHECK (purchase_change_tolerance_share >= 0),
    CONSTRAINT ck_companies_receipt_tolerance_not_negative CHECK (receipt_tolerance_share >= 0),
    CONSTRAINT ck_companies_production_tolerance_not_negative CHECK (production_tolerance_share >= 0),
    CONSTRAINT ck_companies_invoice_qty_tolerance_not_negative CHECK (invoice_qty_tolerance_share >= 0),
    CONSTRAINT ck_companies_invoice_price_tolerance_not_negative CHECK (invoice_price_tolerance_share >= 0)
);
-- statement
CREATE INDEX ix_companies_row_xid ON organization.companies (row_xid);
-- statement
CREATE TABLE organization.currencies (
    code VARCHAR(3) NOT NULL,
    name VARCHAR(80) NOT NULL,
    decimals INTEGER NOT NULL,
    CONSTRAINT pk_currencies PRIMARY KEY (code)
);
-- statement
CREATE TABLE organization.exchange_rates (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    kind VARCHAR(20) DEFAULT 'spot' NOT NULL,
    from_currency_code VARCHAR(3) NOT NULL,
    to_currency_code VARCHAR(3) NOT NULL,
    valid_on DATE NOT NULL,
    rate NUMERIC(20, 10) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_exchange_rates PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_exchange_rates_tenant_id_kind_from_currency_code_to__47ae UNIQUE (tenant_id, kind, from_currency_code, to_currency_code, valid_on),
    CONSTRAINT ck_exchange_rates_kind_known CHECK (kind in ('spot', 'closing', 'average')),
    CONSTRAINT ck_exchange_rates_rate_positive CHECK (rate > 0)
);
-- statement
CREATE INDEX ix_exchange_rates_row_xid ON organization.exchange_rates (row_xid);
-- statement
CREATE TABLE organization.shifts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    starts_at VARCHAR(5),
    ends_at VARCHAR(5),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_shifts PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_shifts_tenant_id_code UNIQUE (tenant_id, code)
);
-- statement
CREATE INDEX ix_shifts_row_xid ON organization.shifts (row_xid);
-- statement
CREATE TABLE platform.daily_latencies (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    kind VARCHAR(10) NOT NULL,
    digest VARCHAR(32) NOT NULL,
    name VARCHAR(2000) NOT NULL,
    release VARCHAR(40) NOT NULL,
    measured_on DATE NOT NULL,
    request_count BIGINT NOT NULL,
    total_ms NUMERIC(18, 3) NOT NULL,
    p95_ms NUMERIC(18, 3) NOT NULL,
    buckets JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_daily_latencies PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_daily_latencies_tenant_id_kind_digest_release_measured_on UNIQUE (tenant_id, kind, digest, release, measured_on),
    CONSTRAINT ck_daily_latencies_kind_known CHECK (kind in ('route', 'sql'))
);
-- statement
CREATE INDEX ix_daily_latencies_row_xid ON platform.daily_latencies (row_xid);
-- statement
CREATE TABLE production.scrap_reasons (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_scrap_reasons PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_scrap_reasons_tenant_id_code UNIQUE (tenant_id, code)
);
-- statement
CREATE INDEX ix_scrap_reasons_row_xid ON production.scrap_reasons (row_xid);
-- statement
CREATE TABLE report.notify_settings (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name VARCHAR(20) DEFAULT 'settings' NOT NULL,
    allowed_domains JSONB DEFAULT '[]' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_notify_settings PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_notify_settings_tenant_id_name UNIQUE (tenant_id, name)
);
-- statement
CREATE INDEX ix_notify_settings_row_xid ON report.notify_settings (row_xid);
-- statement
CREATE TABLE report.webhook_endpoints (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    url VARCHAR(2000) NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_webhook_endpoints PRIMARY KEY (tenant_id, id)
);
-- statement
CREATE INDEX ix_webhook_endpoints_row_xid ON report.webhook_endpoints (row_xid);
-- statement
CREATE TABLE sales.offers (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(80),
    audience VARCHAR(80),
    discount_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    min_qty NUMERIC(20, 6),
    max_qty NUMERIC(20, 6),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_offers PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_offers_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_offers_discount_share_not_negative CHECK (discount_share >= 0),
    CONSTRAINT ck_offers_valid_range CHECK (ends_on is null or ends_on >= starts_on)
);
-- statement
CREATE INDEX ix_offers_row_xid ON sales.offers (row_xid);
-- statement
CREATE TABLE sales.sales_reasons (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(80),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_sales_reasons PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_sales_reasons_tenant_id_code UNIQUE (tenant_id, code)
);
-- statement
CREATE INDEX ix_sales_reasons_row_xid ON sales.sales_reasons (row_xid);
-- statement
CREATE TABLE scm.customer_categories (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    parent_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_customer_categories PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_customer_categories_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT fk_customer_categories_tenant_id_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES scm.customer_categories (tenant_id, id)
);
-- statement
CREATE INDEX ix_customer_categories_row_xid ON scm.customer_categories (row_xid);
-- statement
CREATE TABLE scm.grading_rules (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    grade VARCHAR(1) NOT NULL,
    net_revenue_min_amount NUMERIC(18, 4),
    gross_margin_min_amount NUMERIC(18, 4),
    late_payment_rate_max NUMERIC(20, 10),
    credit_limit_amount NUMERIC(18, 4),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_grading_rules PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_grading_rules_tenant_id_grade UNIQUE (tenant_id, grade),
    CONSTRAINT ck_grading_rules_grade_known CHECK (grade in ('A', 'B', 'C', 'D')),
    CONSTRAINT ck_grading_rules_late_payment_rate_max_not_negative CHECK (late_payment_rate_max >= 0),
    CONSTRAINT ck_grading_rules_credit_limit_not_negative CHECK (credit_limit_amount >= 0)
);
-- statement
CREATE INDEX ix_grading_rules_row_xid ON scm.grading_rules (row_xid);
-- statement
CREATE TABLE scm.party_addresses (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    party_kind VARCHAR(10) NOT NULL,
    party_id UUID NOT NULL,
    purpose VARCHAR(20) DEFAULT 'billing' NOT NULL,
    line1 VARCHAR(200) NOT NULL,
    line2 VARCHAR(200),
    city VARCHAR(120) NOT NULL,
    postal_code VARCHAR(20),
    region VARCHAR(120),
    country_code VARCHAR(2) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_party_addresses PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_party_addresses_party_kind_known CHECK (party_kind in ('customer', 'supplier'))
);
-- statement
CREATE INDEX ix_party_addresses_party_id ON scm.party_addresses (tenant_id, party_id);
-- statement
CREATE INDEX ix_party_addresses_row_xid ON scm.party_addresses (row_xid);
-- statement
CREATE TABLE scm.party_contacts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    party_kind VARCHAR(10) NOT NULL,
    party_id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    role VARCHAR(120),
    email VARCHAR(200),
    phone VARCHAR(60),
    locale VARCHAR(20),
    is_first BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_party_contacts PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_party_contacts_party_kind_known CHECK (party_kind in ('customer', 'supplier'))
);
-- statement
CREATE INDEX ix_party_contacts_party_id ON scm.party_contacts (tenant_id, party_id);
-- statement
CREATE INDEX ix_party_contacts_row_xid ON scm.party_contacts (row_xid);
-- statement
CREATE UNIQUE INDEX uq_party_contacts_first ON scm.party_contacts (tenant_id, party_id) WHERE is_first and is_active;
-- statement
CREATE TABLE scm.payment_terms (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    installments JSONB NOT NULL,
    discount_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    discount_days INTEGER DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_payment_terms PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_payment_terms_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_payment_terms_discount_days_not_negative CHECK (discount_days >= 0)
);
-- statement
CREATE INDEX ix_payment_terms_row_xid ON scm.payment_terms (row_xid);
-- statement
CREATE TABLE scm.regions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    country_code VARCHAR(2),
    parent_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_regions PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_regions_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT fk_regions_tenant_id_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES scm.regions (tenant_id, id)
);
-- statement
CREATE INDEX ix_regions_row_xid ON scm.regions (row_xid);
-- statement
CREATE TABLE scm.ship_methods (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_ship_methods PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_ship_methods_tenant_id_code UNIQUE (tenant_id, code)
);
-- statement
CREATE INDEX ix_ship_methods_row_xid ON scm.ship_methods (row_xid);
-- statement
CREATE TABLE watch.forecasts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    metric VARCHAR(100) NOT NULL,
    dimension VARCHAR(60) DEFAULT '' NOT NULL,
    member VARCHAR(300) DEFAULT '' NOT NULL,
    forecast_on DATE NOT NULL,
    made_on DATE NOT NULL,
    model VARCHAR(60) NOT NULL,
    data_version VARCHAR(40) NOT NULL,
    forecast_value NUMERIC(20, 6) NOT NULL,
    low_value NUMERIC(20, 6) NOT NULL,
    high_value NUMERIC(20, 6) NOT NULL,
    actual_value NUMERIC(20, 6),
    is_within BOOLEAN,
    judged_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_forecasts PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_forecasts_tenant_id_metric_dimension_member_forecast_cb2a UNIQUE (tenant_id, metric, dimension, member, forecast_on, data_version)
);
-- statement
CREATE INDEX ix_forecasts_forecast_on ON watch.forecasts (tenant_id, forecast_on);
-- statement
CREATE INDEX ix_forecasts_row_xid ON watch.forecasts (row_xid);
-- statement
CREATE TABLE watch.incident_mutes (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    control VARCHAR(60) NOT NULL,
    subject VARCHAR(300) NOT NULL,
    muted_until DATE NOT NULL,
    reason VARCHAR(500) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_incident_mutes PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_incident_mutes_tenant_id_control_subject UNIQUE (tenant_id, control, subject)
);
-- statement
CREATE INDEX ix_incident_mutes_row_xid ON watch.incident_mutes (row_xid);
-- statement
CREATE TABLE watch.incidents (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    pattern VARCHAR(300) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    state VARCHAR(20) DEFAULT 'open' NOT NULL,
    reason VARCHAR(2000) NOT NULL,
    reason_zh VARCHAR(2000) NOT NULL,
    score NUMERIC(20, 10) NOT NULL,
    money_at_risk_amount NUMERIC(18, 4) NOT NULL,
    currency_code VARCHAR(3),
    first_on DATE NOT NULL,
    last_on DATE NOT NULL,
    metric VARCHAR(100),
    observed_value NUMERIC(20, 6),
    expected_value NUMERIC(20, 6),
    expected_low NUMERIC(20, 6),
    expected_high NUMERIC(20, 6),
    contributions JSONB DEFAULT '[]' NOT NULL,
    series JSONB DEFAULT '[]' NOT NULL,
    documents JSONB DEFAULT '[]' NOT NULL,
    controls JSONB DEFAULT '[]' NOT NULL,
    muted_until DATE,
    detected_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    data_version VARCHAR(40) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_incidents PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_incidents_tenant_id_pattern UNIQUE (tenant_id, pattern),
    CONSTRAINT ck_incidents_kind_known CHECK (kind in ('metric', 'document')),
    CONSTRAINT ck_incidents_state_known CHECK (state in ('open', 'explained', 'fixed'))
);
-- statement
CREATE INDEX ix_incidents_row_xid ON watch.incidents (row_xid);
-- statement
CREATE INDEX ix_incidents_state ON watch.incidents (tenant_id, state, money_at_risk_amount);
-- statement
CREATE TABLE watch.watch_policies (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) DEFAULT 'default' NOT NULL,
    payment_action VARCHAR(10) DEFAULT 'warn' NOT NULL,
    block_score NUMERIC(20, 10) DEFAULT 0.6 NOT NULL,
    approval_limit_amount NUMERIC(18, 4) DEFAULT 10000 NOT NULL,
    day_starts_hour INTEGER DEFAULT 6 NOT NULL,
    day_ends_hour INTEGER DEFAULT 22 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_watch_policies PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_watch_policies_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_watch_policies_payment_action_known CHECK (payment_action in ('off', 'warn', 'block')),
    CONSTRAINT ck_watch_policies_approval_limit_positive CHECK (approval_limit_amount > 0),
    CONSTRAINT ck_watch_policies_block_score_positive CHECK (block_score > 0)
);
-- statement
CREATE INDEX ix_watch_policies_row_xid ON watch.watch_policies (row_xid);
-- statement
CREATE TABLE watch.watch_runs (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    data_version VARCHAR(40) NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seconds NUMERIC(20, 10) NOT NULL,
    series_count INTEGER NOT NULL,
    document_count INTEGER NOT NULL,
    incident_count INTEGER NOT NULL,
    fresh_count INTEGER NOT NULL,
    muted_count INTEGER NOT NULL,
    skipped JSONB DEFAULT '[]' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_watch_runs PRIMARY KEY (tenant_id, id)
);
-- statement
CREATE INDEX ix_watch_runs_row_xid ON watch.watch_runs (row_xid);
-- statement
CREATE TABLE assistant.conversation_turns (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    turn_number INTEGER NOT NULL,
    question TEXT NOT NULL,
    status VARCHAR(20) NOT NULL,
    reply JSONB NOT NULL,
    plan JSONB,
    is_helpful BOOLEAN,
    remark VARCHAR(1000) DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_conversation_turns PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_conversation_turns_tenant_id_conversation_id_turn_number UNIQUE (tenant_id, conversation_id, turn_number),
    CONSTRAINT fk_conversation_turns_tenant_id_conversation_id FOREIGN KEY(tenant_id, conversation_id) REFERENCES assistant.conversations (tenant_id, id)
);
-- statement
CREATE INDEX ix_conversation_turns_row_xid ON assistant.conversation_turns (row_xid);
-- statement
CREATE TABLE assistant.knowledge_pieces (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    document_id UUID NOT NULL,
    position INTEGER NOT NULL,
    place VARCHAR(300) NOT NULL,
    body TEXT NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (kernel.search_words(place || ' ' || body)) STORED NOT NULL,
    embedding_name VARCHAR(200) DEFAULT '' NOT NULL,
    embedding VECTOR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_knowledge_pieces PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_knowledge_pieces_tenant_id_document_id_position UNIQUE (tenant_id, document_id, position),
    CONSTRAINT fk_knowledge_pieces_tenant_id_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES assistant.knowledge_documents (tenant_id, id)
);
-- statement
CREATE INDEX ix_knowledge_pieces_row_xid ON assistant.knowledge_pieces (row_xid);
-- statement
CREATE INDEX knowledge_pieces_nearest ON assistant.knowledge_pieces USING hnsw ((embedding::vector(256)) vector_cosine_ops) WHERE embedding_name = 'hashed-ngrams-256';
-- statement
CREATE INDEX knowledge_pieces_words ON assistant.knowledge_pieces USING gin (words);
-- statement
CREATE TABLE catalog.items (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(20) DEFAULT 'stock' NOT NULL,
    category_id UUID,
    unit_id UUID NOT NULL,
    costing_method VARCHAR(20) DEFAULT 'moving_average' NOT NULL,
    tracking_mode VARCHAR(10) DEFAULT 'none' NOT NULL,
    tax_class VARCHAR(40) DEFAULT 'standard',
    list_price NUMERIC(20, 6),
    standard_cost NUMERIC(20, 6),
    reorder_point_qty NUMERIC(20, 6),
    safety_stock_qty NUMERIC(20, 6),
    lead_time_days INTEGER,
    making_days INTEGER,
    shelf_life_days INTEGER,
    warranty_days INTEGER,
    over_delivery_share NUMERIC(20, 10),
    under_delivery_share NUMERIC(20, 10),
    weight_kg NUMERIC(20, 6),
    variant_of_id UUID,
    variant_key VARCHAR(200),
    attributes JSONB DEFAULT '{}' NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_items PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_items_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_items_kind_known CHECK (kind in ('stock', 'service')),
    CONSTRAINT ck_items_costing_method_known CHECK (costing_method in ('moving_average', 'fifo', 'standard')),
    CONSTRAINT ck_items_tracking_mode_known CHECK (tracking_mode in ('none', 'batch', 'serial')),
    CONSTRAINT ck_items_lead_time_days_not_negative CHECK (lead_time_days >= 0),
    CONSTRAINT ck_items_making_days_not_negative CHECK (making_days >= 0),
    CONSTRAINT ck_items_shelf_life_days_positive CHECK (shelf_life_days > 0),
    CONSTRAINT ck_items_warranty_days_not_negative CHECK (warranty_days >= 0),
    CONSTRAINT ck_items_over_delivery_share_not_negative CHECK (over_delivery_share >= 0),
    CONSTRAINT ck_items_under_delivery_share_not_negative CHECK (under_delivery_share >= 0),
    CONSTRAINT fk_items_tenant_id_category_id FOREIGN KEY(tenant_id, category_id) REFERENCES catalog.item_categories (tenant_id, id),
    CONSTRAINT fk_items_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id),
    CONSTRAINT fk_items_tenant_id_variant_of_id FOREIGN KEY(tenant_id, variant_of_id) REFERENCES catalog.items (tenant_id, id)
);
-- statement
CREATE INDEX ix_items_code_lower ON catalog.items (tenant_id, lower(code));
-- statement
CREATE INDEX ix_items_row_xid ON catalog.items (row_xid);
-- statement
CREATE UNIQUE INDEX uq_items_variant ON catalog.items (tenant_id, variant_of_id, lower(variant_key));
-- statement
CREATE TABLE finance.tax_rates (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    tax_code_id UUID NOT NULL,
    valid_from DATE NOT NULL,
    rate NUMERIC(20, 10) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_tax_rates PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_tax_rates_tenant_id_tax_code_id_valid_from UNIQUE (tenant_id, tax_code_id, valid_from),
    CONSTRAINT fk_tax_rates_tenant_id_tax_code_id FOREIGN KEY(tenant_id, tax_code_id) REFERENCES finance.tax_codes (tenant_id, id)
);
-- statement
CREATE INDEX ix_tax_rates_row_xid ON finance.tax_rates (row_xid);
-- statement
CREATE TABLE identity.memberships (
    account_id UUID NOT NULL,
    tenant_of_user UUID NOT NULL,
    user_id UUID NOT NULL,
    CONSTRAINT pk_memberships PRIMARY KEY (account_id, tenant_of_user),
    CONSTRAINT fk_memberships_account_id FOREIGN KEY(account_id) REFERENCES identity.accounts (id),
    CONSTRAINT fk_memberships_tenant_of_user FOREIGN KEY(tenant_of_user) REFERENCES identity.tenants (id)
);
-- statement
CREATE TABLE identity.sessions (
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    tenant_of_user UUID NOT NULL,
    refresh_hash VARCHAR(64) NOT NULL,
    previous_hash VARCHAR(64),
    rotation_hash VARCHAR(64),
    rotated_at TIMESTAMP WITH TIME ZONE,
    agent VARCHAR(300),
    address VARCHAR(64),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_reason VARCHAR(40),
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT fk_sessions_account_id FOREIGN KEY(account_id) REFERENCES identity.accounts (id),
    CONSTRAINT fk_sessions_tenant_of_user FOREIGN KEY(tenant_of_user) REFERENCES identity.tenants (id)
);
-- statement
CREATE INDEX ix_sessions_account_id ON identity.sessions (account_id);
-- statement
CREATE TABLE identity.users (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    email VARCHAR(200) NOT NULL,
    name VARCHAR(200) NOT NULL,
    locale VARCHAR(20),
    time_zone VARCHAR(60) DEFAULT 'UTC' NOT NULL,
    unit_id UUID,
    attributes JSONB DEFAULT '{}' NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    rights_version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_users_tenant_id_email UNIQUE (tenant_id, email),
    CONSTRAINT uq_users_tenant_id_account_id UNIQUE (tenant_id, account_id),
    CONSTRAINT fk_users_account_id FOREIGN KEY(account_id) REFERENCES identity.accounts (id)
);
-- statement
CREATE INDEX ix_users_row_xid ON identity.users (row_xid);
-- statement
CREATE TABLE inventory.warehouses (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    company_id UUID NOT NULL,
    country_code VARCHAR(2),
    allows_negative BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_warehouses PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_warehouses_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT fk_warehouses_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id)
);
-- statement
CREATE INDEX ix_warehouses_row_xid ON inventory.warehouses (row_xid);
-- statement
CREATE TABLE ledger.accounts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    type VARCHAR(20) NOT NULL,
    parent_id UUID,
    currency_code VARCHAR(3),
    statement_line VARCHAR(60),
    cash_flow_class VARCHAR(20),
    is_posting BOOLEAN DEFAULT true NOT NULL,
    is_control BOOLEAN DEFAULT false NOT NULL,
    is_cash_box BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_accounts_tenant_id_company_id_code UNIQUE (tenant_id, company_id, code),
    CONSTRAINT ck_accounts_type_known CHECK (type in ('asset', 'liability', 'equity', 'income', 'expense')),
    CONSTRAINT ck_accounts_cash_flow_class_known CHECK (cash_flow_class in ('cash', 'operating', 'investing', 'financing')),
    CONSTRAINT fk_accounts_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_accounts_tenant_id_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES ledger.accounts (tenant_id, id)
);
-- statement
CREATE INDEX ix_accounts_row_xid ON ledger.accounts (row_xid);
-- statement
CREATE TABLE ledger.fiscal_years (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    code VARCHAR(20) NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_fiscal_years PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_fiscal_years_tenant_id_company_id_code UNIQUE (tenant_id, company_id, code),
    CONSTRAINT fk_fiscal_years_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id)
);
-- statement
CREATE INDEX ix_fiscal_years_row_xid ON ledger.fiscal_years (row_xid);
-- statement
CREATE TABLE ledger.ledger_heads (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    chain_position BIGINT DEFAULT 0 NOT NULL,
    hash BYTEA NOT NULL,
    last_numbers JSONB DEFAULT '{}' NOT NULL,
    carried_position BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_ledger_heads PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_ledger_heads_tenant_id_company_id UNIQUE (tenant_id, company_id),
    CONSTRAINT fk_ledger_heads_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id)
)
 WITH (fillfactor = 50);
-- statement
CREATE TABLE ledger.manual_entries (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40),
    entry_on DATE NOT NULL,
    description VARCHAR(300),
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    budget_warning VARCHAR(500),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_manual_entries PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_manual_entries_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id)
);
-- statement
CREATE INDEX ix_manual_entries_row_xid ON ledger.manual_entries (row_xid);
-- statement
CREATE TABLE organization.cost_centres (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    company_id UUID NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_cost_centres PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_cost_centres_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT fk_cost_centres_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id)
);
-- statement
CREATE INDEX ix_cost_centres_row_xid ON organization.cost_centres (row_xid);
-- statement
CREATE TABLE platform.number_series (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    document_type VARCHAR(40) NOT NULL,
    company_id UUID NOT NULL,
    format VARCHAR(60) NOT NULL,
    is_gapless BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_number_series PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_number_series_tenant_id_document_type_company_id UNIQUE (tenant_id, document_type, company_id),
    CONSTRAINT fk_number_series_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id)
);
-- statement
CREATE INDEX ix_number_series_row_xid ON platform.number_series (row_xid);
-- statement
CREATE TABLE production.work_centres (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    labour_hour_cost NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    machine_hour_cost NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_work_centres PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_work_centres_tenant_id_company_id_code UNIQUE (tenant_id, company_id, code),
    CONSTRAINT ck_work_centres_labour_hour_cost_not_negative CHECK (labour_hour_cost >= 0),
    CONSTRAINT ck_work_centres_machine_hour_cost_not_negative CHECK (machine_hour_cost >= 0),
    CONSTRAINT fk_work_centres_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id)
);
-- statement
CREATE INDEX ix_work_centres_row_xid ON production.work_centres (row_xid);
-- statement
CREATE TABLE purchase.category_limits (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    item_category_id UUID NOT NULL,
    limit_amount NUMERIC(18, 4) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_category_limits PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_category_limits_tenant_id_company_id_item_category_id UNIQUE (tenant_id, company_id, item_category_id),
    CONSTRAINT ck_category_limits_limit_amount_not_negative CHECK (limit_amount >= 0),
    CONSTRAINT fk_category_limits_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_category_limits_tenant_id_item_category_id FOREIGN KEY(tenant_id, item_category_id) REFERENCES catalog.item_categories (tenant_id, id)
);
-- statement
CREATE INDEX ix_category_limits_row_xid ON purchase.category_limits (row_xid);
-- statement
CREATE TABLE purchase.landed_costs (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40) NOT NULL,
    cost_on DATE NOT NULL,
    basis VARCHAR(10) NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    description VARCHAR(300),
    state VARCHAR(20) DEFAULT 'posted' NOT NULL,
    reverses_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_landed_costs PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_landed_costs_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT uq_landed_costs_tenant_id_reverses_id UNIQUE (tenant_id, reverses_id),
    CONSTRAINT ck_landed_costs_basis_known CHECK (basis in ('value', 'quantity', 'weight')),
    CONSTRAINT ck_landed_costs_state_known CHECK (state in ('posted', 'cancelled')),
    CONSTRAINT fk_landed_costs_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_landed_costs_tenant_id_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES purchase.landed_costs (tenant_id, id)
);
-- statement
CREATE INDEX ix_landed_costs_row_xid ON purchase.landed_costs (row_xid);
-- statement
CREATE TABLE scm.supplier_categories (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    parent_id UUID,
    payment_term_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_supplier_categories PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_supplier_categories_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT fk_supplier_categories_tenant_id_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES scm.supplier_categories (tenant_id, id),
    CONSTRAINT fk_supplier_categories_tenant_id_payment_term_id FOREIGN KEY(tenant_id, payment_term_id) REFERENCES scm.payment_terms (tenant_id, id)
);
-- statement
CREATE INDEX ix_supplier_categories_row_xid ON scm.supplier_categories (row_xid);
-- statement
CREATE TABLE watch.findings (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    pattern VARCHAR(300) NOT NULL,
    control VARCHAR(60) NOT NULL,
    standard VARCHAR(200) NOT NULL,
    state VARCHAR(20) DEFAULT 'open' NOT NULL,
    found_on DATE NOT NULL,
    score NUMERIC(20, 10) NOT NULL,
    weight NUMERIC(20, 10) NOT NULL,
    money_at_risk_amount NUMERIC(18, 4) NOT NULL,
    currency_code VARCHAR(3),
    subject VARCHAR(200) NOT NULL,
    dimension VARCHAR(60),
    member VARCHAR(300),
    observed_value NUMERIC(20, 6),
    expected_low NUMERIC(20, 6),
    expected_high NUMERIC(20, 6),
    reason VARCHAR(1000) NOT NULL,
    reason_zh VARCHAR(1000) NOT NULL,
    documents JSONB DEFAULT '[]' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_findings PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_findings_tenant_id_incident_id_pattern UNIQUE (tenant_id, incident_id, pattern),
    CONSTRAINT ck_findings_state_known CHECK (state in ('open', 'explained', 'fixed')),
    CONSTRAINT fk_findings_tenant_id_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES watch.incidents (tenant_id, id)
);
-- statement
CREATE INDEX ix_findings_control ON watch.findings (tenant_id, control);
-- statement
CREATE INDEX ix_findings_row_xid ON watch.findings (row_xid);
-- statement
CREATE TABLE watch.incident_events (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    finding_id UUID,
    action VARCHAR(20) NOT NULL,
    note VARCHAR(1000),
    is_useful BOOLEAN,
    muted_until DATE,
    happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_incident_events PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_incident_events_tenant_id_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES watch.incidents (tenant_id, id)
);
-- statement
CREATE INDEX ix_incident_events_incident_id ON watch.incident_events (tenant_id, incident_id);
-- statement
CREATE INDEX ix_incident_events_row_xid ON watch.incident_events (row_xid);
-- statement
CREATE TABLE assistant.item_vectors (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    words_hash VARCHAR(32) NOT NULL,
    embedding_name VARCHAR(200) NOT NULL,
    embedding VECTOR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_item_vectors PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_item_vectors_tenant_id_item_id UNIQUE (tenant_id, item_id),
    CONSTRAINT fk_item_vectors_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id) ON DELETE CASCADE
);
-- statement
CREATE INDEX item_vectors_nearest ON assistant.item_vectors USING hnsw ((embedding::vector(256)) vector_cosine_ops) WHERE embedding_name = 'hashed-ngrams-256';
-- statement
CREATE INDEX ix_item_vectors_row_xid ON assistant.item_vectors (row_xid);
-- statement
CREATE TABLE catalog.item_costs (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    company_id UUID NOT NULL,
    valid_from DATE NOT NULL,
    unit_cost NUMERIC(20, 6) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_item_costs PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_item_costs_tenant_id_item_id_company_id_valid_from UNIQUE (tenant_id, item_id, company_id, valid_from),
    CONSTRAINT ck_item_costs_unit_cost_not_negative CHECK (unit_cost >= 0),
    CONSTRAINT fk_item_costs_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_item_costs_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id)
);
-- statement
CREATE INDEX ix_item_costs_row_xid ON catalog.item_costs (row_xid);
-- statement
CREATE TABLE catalog.item_reviews (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    reviewer VARCHAR(200) NOT NULL,
    reviewed_on DATE NOT NULL,
    rating INTEGER NOT NULL,
    comment VARCHAR(4000),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_item_reviews PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_item_reviews_tenant_id_item_id_reviewer_reviewed_on UNIQUE (tenant_id, item_id, reviewer, reviewed_on),
    CONSTRAINT ck_item_reviews_rating_positive CHECK (rating > 0),
    CONSTRAINT fk_item_reviews_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id)
);
-- statement
CREATE INDEX ix_item_reviews_item_id ON catalog.item_reviews (tenant_id, item_id);
-- statement
CREATE INDEX ix_item_reviews_row_xid ON catalog.item_reviews (row_xid);
-- statement
CREATE TABLE catalog.item_units (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    numerator INTEGER NOT NULL,
    denominator INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_item_units PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_item_units_tenant_id_item_id_unit_id UNIQUE (tenant_id, item_id, unit_id),
    CONSTRAINT ck_item_units_ratio_positive CHECK (numerator > 0 and denominator > 0),
    CONSTRAINT fk_item_units_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_item_units_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id)
);
-- statement
CREATE INDEX ix_item_units_row_xid ON catalog.item_units (row_xid);
-- statement
CREATE TABLE finance.asset_classes (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    account_id UUID NOT NULL,
    life_months INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_asset_classes PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_asset_classes_tenant_id_company_id_code UNIQUE (tenant_id, company_id, code),
    CONSTRAINT uq_asset_classes_tenant_id_account_id UNIQUE (tenant_id, account_id),
    CONSTRAINT ck_asset_classes_life_months_positive CHECK (life_months > 0),
    CONSTRAINT fk_asset_classes_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_asset_classes_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id)
);
-- statement
CREATE INDEX ix_asset_classes_row_xid ON finance.asset_classes (row_xid);
-- statement
CREATE TABLE finance.bank_accounts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    company_id UUID NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    account_id UUID NOT NULL,
    iban VARCHAR(40),
    is_default BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_bank_accounts PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_bank_accounts_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT fk_bank_accounts_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_bank_accounts_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id)
);
-- statement
CREATE INDEX ix_bank_accounts_row_xid ON finance.bank_accounts (row_xid);
-- statement
CREATE TABLE finance.budgets (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    fiscal_year_id UUID NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    name VARCHAR(200) NOT NULL,
    control VARCHAR(10) DEFAULT 'warn' NOT NULL,
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    approved_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_budgets PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_budgets_tenant_id_company_id_fiscal_year_id_revision UNIQUE (tenant_id, company_id, fiscal_year_id, revision),
    CONSTRAINT ck_budgets_state_known CHECK (state in ('draft', 'approved', 'superseded')),
    CONSTRAINT ck_budgets_control_known CHECK (control in ('block', 'warn', 'ignore')),
    CONSTRAINT fk_budgets_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_budgets_tenant_id_fiscal_year_id FOREIGN KEY(tenant_id, fiscal_year_id) REFERENCES ledger.fiscal_years (tenant_id, id)
);
-- statement
CREATE INDEX ix_budgets_row_xid ON finance.budgets (row_xid);
-- statement
CREATE UNIQUE INDEX uq_budgets_approved ON finance.budgets (tenant_id, company_id, fiscal_year_id) WHERE state = 'approved';
-- statement
CREATE TABLE identity.user_roles (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    role_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_user_roles PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_user_roles_tenant_id_user_id_role_id UNIQUE (tenant_id, user_id, role_id),
    CONSTRAINT fk_user_roles_tenant_id_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES identity.users (tenant_id, id),
    CONSTRAINT fk_user_roles_tenant_id_role_id FOREIGN KEY(tenant_id, role_id) REFERENCES identity.roles (tenant_id, id)
);
-- statement
CREATE INDEX ix_user_roles_row_xid ON identity.user_roles (row_xid);
-- statement
CREATE TABLE inventory.adjustment_reasons (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    account_id UUID NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_adjustment_reasons PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_adjustment_reasons_tenant_id_company_id_code UNIQUE (tenant_id, company_id, code),
    CONSTRAINT fk_adjustment_reasons_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_adjustment_reasons_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id)
);
-- statement
CREATE INDEX ix_adjustment_reasons_row_xid ON inventory.adjustment_reasons (row_xid);
-- statement
CREATE TABLE inventory.cost_balances (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    warehouse_id UUID NOT NULL,
    qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    value_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    last_unit_cost NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    last_moved_on DATE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_cost_balances PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_cost_balances_tenant_id_item_id_warehouse_id UNIQUE (tenant_id, item_id, warehouse_id),
    CONSTRAINT fk_cost_balances_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_cost_balances_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id)
)
 WITH (fillfactor = 50);
-- statement
CREATE TABLE inventory.locations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    warehouse_id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(20) DEFAULT 'storage' NOT NULL,
    is_default BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_locations PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_locations_tenant_id_warehouse_id_code UNIQUE (tenant_id, warehouse_id, code),
    CONSTRAINT ck_locations_kind_known CHECK (kind in ('storage', 'inspection', 'transit')),
    CONSTRAINT fk_locations_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id)
);
-- statement
CREATE INDEX ix_locations_row_xid ON inventory.locations (row_xid);
-- statement
CREATE TABLE inventory.lots (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    kind VARCHAR(10) NOT NULL,
    number VARCHAR(80) NOT NULL,
    manufactured_on DATE,
    expires_on DATE,
    is_held BOOLEAN DEFAULT false NOT NULL,
    note VARCHAR(300),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_lots PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_lots_tenant_id_item_id_number UNIQUE (tenant_id, item_id, number),
    CONSTRAINT ck_lots_kind_known CHECK (kind in ('batch', 'serial')),
    CONSTRAINT ck_lots_dates_in_order CHECK (expires_on is null or expires_on >= manufactured_on),
    CONSTRAINT fk_lots_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id)
);
-- statement
CREATE INDEX ix_lots_row_xid ON inventory.lots (row_xid);
-- statement
CREATE TABLE ledger.account_mappings (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    role VARCHAR(40) NOT NULL,
    account_id UUID NOT NULL,
    item_category_id UUID,
    warehouse_id UUID,
    supplier_category_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_account_mappings PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_account_mappings_tenant_id_company_id_role_item_cate_930d UNIQUE NULLS NOT DISTINCT (tenant_id, company_id, role, item_category_id, warehouse_id, supplier_category_id),
    CONSTRAINT ck_account_mappings_role_known CHECK (role in ('inventory', 'in_transit', 'grni', 'cogs', 'revenue', 'freight_revenue', 'freight_expense', 'sales_returns', 'receivable', 'payable', 'output_tax', 'input_tax', 'bank', 'bank_charges', 'customer_advances', 'supplier_advances', 'discount_given', 'discount_received', 'exchange_gain', 'exchange_loss', 'bad_debt', 'opening_equity', 'retained_earnings', 'inventory_adjustment', 'inventory_revaluation', 'purchase_price_variance', 'production_clearing', 'work_in_progress', 'absorbed_labour', 'absorbed_machine', 'production_variance', 'expense', 'rounding', 'landed_cost_clearing', 'receivable_revaluation', 'payable_revaluation', 'bank_revaluation', 'unrealized_gain', 'unrealized_loss', 'depreciation', 'accumulated_depreciation', 'asset_clearing', 'disposal_gain', 'disposal_loss')),
    CONSTRAINT ck_account_mappings_supplier_category_alone CHECK (supplier_category_id is null or (item_category_id is null and warehouse_id is null)),
    CONSTRAINT fk_account_mappings_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_account_mappings_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_account_mappings_tenant_id_item_category_id FOREIGN KEY(tenant_id, item_category_id) REFERENCES catalog.item_categories (tenant_id, id),
    CONSTRAINT fk_account_mappings_tenant_id_supplier_category_id FOREIGN KEY(tenant_id, supplier_category_id) REFERENCES scm.supplier_categories (tenant_id, id),
    CONSTRAINT fk_account_mappings_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id)
);
-- statement
CREATE INDEX ix_account_mappings_row_xid ON ledger.account_mappings (row_xid);
-- statement
CREATE TABLE ledger.carried_balances (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    account_id UUID NOT NULL,
    dimension VARCHAR(20) NOT NULL,
    dimension_id UUID NOT NULL,
    month_on DATE NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_carried_balances PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_carried_balances_tenant_id_account_id_dimension_mont_7642 UNIQUE (tenant_id, account_id, dimension, month_on, dimension_id),
    CONSTRAINT fk_carried_balances_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_carried_balances_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id)
);
-- statement
CREATE TABLE ledger.periods (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    fiscal_year_id UUID NOT NULL,
    number INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    state VARCHAR(10) DEFAULT 'open' NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    closed_by UUID,
    reopened_reason VARCHAR(500),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_periods PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_periods_tenant_id_company_id_starts_on UNIQUE (tenant_id, company_id, starts_on),
    CONSTRAINT ck_periods_state_known CHECK (state in ('open', 'closed')),
    CONSTRAINT ck_periods_range CHECK (ends_on >= starts_on),
    CONSTRAINT fk_periods_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_periods_tenant_id_fiscal_year_id FOREIGN KEY(tenant_id, fiscal_year_id) REFERENCES ledger.fiscal_years (tenant_id, id)
);
-- statement
CREATE INDEX ix_periods_row_xid ON ledger.periods (row_xid);
-- statement
CREATE TABLE organization.units (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(20) DEFAULT 'department' NOT NULL,
    parent_id UUID,
    path VARCHAR(1000) NOT NULL,
    company_id UUID,
    cost_centre_id UUID,
    manager_employee_id UUID,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_units PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_units_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_units_kind_known CHECK (kind in ('group', 'division', 'department', 'team')),
    CONSTRAINT fk_units_tenant_id_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES organization.units (tenant_id, id),
    CONSTRAINT fk_units_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_units_tenant_id_cost_centre_id FOREIGN KEY(tenant_id, cost_centre_id) REFERENCES organization.cost_centres (tenant_id, id)
);
-- statement
CREATE INDEX ix_units_row_xid ON organization.units (row_xid);
-- statement
CREATE TABLE platform.number_counters (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    series_id UUID NOT NULL,
    year INTEGER NOT NULL,
    last_number BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_number_counters PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_number_counters_tenant_id_series_id_year UNIQUE (tenant_id, series_id, year),
    CONSTRAINT fk_number_counters_tenant_id_series_id FOREIGN KEY(tenant_id, series_id) REFERENCES platform.number_series (tenant_id, id)
)
 WITH (fillfactor = 50);
-- statement
CREATE TABLE production.bills (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    code VARCHAR(80),
    item_id UUID NOT NULL,
    qty NUMERIC(20, 6) DEFAULT 1 NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    note VARCHAR(300),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_bills PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_bills_tenant_id_company_id_code UNIQUE (tenant_id, company_id, code),
    CONSTRAINT uq_bills_tenant_id_company_id_item_id_valid_from UNIQUE (tenant_id, company_id, item_id, valid_from),
    CONSTRAINT ck_bills_qty_positive CHECK (qty > 0),
    CONSTRAINT ck_bills_valid_range CHECK (valid_to is null or valid_to >= valid_from),
    CONSTRAINT fk_bills_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_bills_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id)
);
-- statement
CREATE INDEX ix_bills_row_xid ON production.bills (row_xid);
-- statement
CREATE TABLE production.routings (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    code VARCHAR(80),
    item_id UUID NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    note VARCHAR(300),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_routings PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_routings_tenant_id_company_id_code UNIQUE (tenant_id, company_id, code),
    CONSTRAINT uq_routings_tenant_id_company_id_item_id_valid_from UNIQUE (tenant_id, company_id, item_id, valid_from),
    CONSTRAINT ck_routings_valid_range CHECK (valid_to is null or valid_to >= valid_from),
    CONSTRAINT fk_routings_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_routings_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id)
);
-- statement
CREATE INDEX ix_routings_row_xid ON production.routings (row_xid);
-- statement
CREATE TABLE report.alert_rules (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    owner_id UUID NOT NULL,
    definition JSONB NOT NULL,
    channels JSONB DEFAULT '[]' NOT NULL,
    user_ids JSONB DEFAULT '[]' NOT NULL,
    endpoint_id UUID,
    severity VARCHAR(10) DEFAULT 'warning' NOT NULL,
    for_minutes INTEGER DEFAULT 0 NOT NULL,
    fallback_channel VARCHAR(10),
    escalate_after_minutes INTEGER,
    escalate_user_ids JSONB DEFAULT '[]' NOT NULL,
    definition_version INTEGER DEFAULT 1 NOT NULL,
    standard_key VARCHAR(80),
    is_active BOOLEAN DEFAULT true NOT NULL,
    muted_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_alert_rules PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_alert_rules_kind_known CHECK (kind in ('threshold', 'change', 'anomaly', 'data_late', 'check_failed', 'measurement')),
    CONSTRAINT ck_alert_rules_severity_known CHECK (severity in ('info', 'warning', 'critical')),
    CONSTRAINT ck_alert_rules_fallback_known CHECK (fallback_channel in ('mail', 'in_app')),
    CONSTRAINT ck_alert_rules_for_minutes_positive CHECK (for_minutes >= 0),
    CONSTRAINT ck_alert_rules_escalate_after_positive CHECK (escalate_after_minutes > 0),
    CONSTRAINT uq_alert_rules_tenant_id_standard_key UNIQUE (tenant_id, standard_key),
    CONSTRAINT fk_alert_rules_tenant_id_owner_id FOREIGN KEY(tenant_id, owner_id) REFERENCES identity.users (tenant_id, id),
    CONSTRAINT fk_alert_rules_tenant_id_endpoint_id FOREIGN KEY(tenant_id, endpoint_id) REFERENCES report.webhook_endpoints (tenant_id, id)
);
-- statement
CREATE INDEX ix_alert_rules_row_xid ON report.alert_rules (row_xid);
-- statement
CREATE TABLE report.dashboards (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    owner_id UUID NOT NULL,
    definition JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_dashboards PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_dashboards_tenant_id_owner_id FOREIGN KEY(tenant_id, owner_id) REFERENCES identity.users (tenant_id, id)
);
-- statement
CREATE INDEX ix_dashboards_owner_id ON report.dashboards (tenant_id, owner_id);
-- statement
CREATE INDEX ix_dashboards_row_xid ON report.dashboards (row_xid);
-- statement
CREATE TABLE report.data_sources (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name VARCHAR(40) NOT NULL,
    label VARCHAR(200) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    description VARCHAR(1000),
    owner_id UUID NOT NULL,
    settings JSONB NOT NULL,
    tested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_data_sources PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_data_sources_tenant_id_name UNIQUE (tenant_id, name),
    CONSTRAINT ck_data_sources_kind_known CHECK (kind in ('postgres', 'csv')),
    CONSTRAINT fk_data_sources_tenant_id_owner_id FOREIGN KEY(tenant_id, owner_id) REFERENCES identity.users (tenant_id, id)
);
-- statement
CREATE INDEX ix_data_sources_row_xid ON report.data_sources (row_xid);
-- statement
CREATE TABLE report.reports (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    description VARCHAR(1000),
    owner_id UUID NOT NULL,
    definition_version INTEGER DEFAULT 1 NOT NULL,
    library_key VARCHAR(80),
    is_archived BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_reports PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_reports_tenant_id_owner_id FOREIGN KEY(tenant_id, owner_id) REFERENCES identity.users (tenant_id, id)
);
-- statement
CREATE INDEX ix_reports_owner_id ON report.reports (tenant_id, owner_id);
-- statement
CREATE INDEX ix_reports_row_xid ON report.reports (row_xid);
-- statement
CREATE TABLE scm.suppliers (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    category_id UUID,
    tax_number VARCHAR(40),
    tax_class VARCHAR(40) DEFAULT 'standard' NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    country_code VARCHAR(2),
    payment_term_id UUID,
    email VARCHAR(200),
    phone VARCHAR(60),
    credit_rating INTEGER,
    is_blocked BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_suppliers PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_suppliers_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT uq_suppliers_tenant_id_tax_number UNIQUE (tenant_id, tax_number),
    CONSTRAINT ck_suppliers_credit_rating_not_negative CHECK (credit_rating >= 0),
    CONSTRAINT fk_suppliers_tenant_id_category_id FOREIGN KEY(tenant_id, category_id) REFERENCES scm.supplier_categories (tenant_id, id),
    CONSTRAINT fk_suppliers_tenant_id_payment_term_id FOREIGN KEY(tenant_id, payment_term_id) REFERENCES scm.payment_terms (tenant_id, id)
);
-- statement
CREATE INDEX ix_suppliers_row_xid ON scm.suppliers (row_xid);
-- statement
CREATE TABLE catalog.price_lists (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    supplier_id UUID,
    priority INTEGER DEFAULT 0 NOT NULL,
    is_default BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_price_lists PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_price_lists_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_price_lists_kind_known CHECK (kind in ('sales', 'purchase')),
    CONSTRAINT fk_price_lists_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id)
);
-- statement
CREATE INDEX ix_price_lists_row_xid ON catalog.price_lists (row_xid);
-- statement
CREATE TABLE catalog.supplier_items (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    supplier_id UUID NOT NULL,
    item_id UUID NOT NULL,
    unit_price NUMERIC(20, 6),
    last_unit_price NUMERIC(20, 6),
    last_received_on DATE,
    lead_time_days INTEGER,
    min_qty NUMERIC(20, 6),
    max_qty NUMERIC(20, 6),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_supplier_items PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_supplier_items_tenant_id_supplier_id_item_id UNIQUE (tenant_id, supplier_id, item_id),
    CONSTRAINT ck_supplier_items_unit_price_not_negative CHECK (unit_price >= 0),
    CONSTRAINT ck_supplier_items_last_unit_price_not_negative CHECK (last_unit_price >= 0),
    CONSTRAINT ck_supplier_items_lead_time_days_not_negative CHECK (lead_time_days >= 0),
    CONSTRAINT ck_supplier_items_min_qty_not_negative CHECK (min_qty >= 0),
    CONSTRAINT ck_supplier_items_max_qty_not_negative CHECK (max_qty >= 0),
    CONSTRAINT fk_supplier_items_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id),
    CONSTRAINT fk_supplier_items_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id)
);
-- statement
CREATE INDEX ix_supplier_items_item_id ON catalog.supplier_items (tenant_id, item_id);
-- statement
CREATE INDEX ix_supplier_items_row_xid ON catalog.supplier_items (row_xid);
-- statement
CREATE TABLE finance.budget_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    budget_id UUID NOT NULL,
    account_id UUID NOT NULL,
    cost_centre_id UUID,
    month_on DATE NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_budget_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_budget_lines_tenant_id_budget_id_account_id_cost_cen_d858 UNIQUE NULLS NOT DISTINCT (tenant_id, budget_id, account_id, cost_centre_id, month_on),
    CONSTRAINT ck_budget_lines_month_start CHECK (extract(day from month_on) = 1),
    CONSTRAINT fk_budget_lines_tenant_id_budget_id FOREIGN KEY(tenant_id, budget_id) REFERENCES finance.budgets (tenant_id, id),
    CONSTRAINT fk_budget_lines_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_budget_lines_tenant_id_cost_centre_id FOREIGN KEY(tenant_id, cost_centre_id) REFERENCES organization.cost_centres (tenant_id, id)
);
-- statement
CREATE INDEX ix_budget_lines_row_xid ON finance.budget_lines (row_xid);
-- statement
CREATE TABLE inventory.lot_balances (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    lot_id UUID NOT NULL,
    item_id UUID NOT NULL,
    warehouse_id UUID NOT NULL,
    location_id UUID NOT NULL,
    kind VARCHAR(10) NOT NULL,
    on_hand_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    reserved_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_lot_balances PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_lot_balances_tenant_id_lot_id_location_id UNIQUE (tenant_id, lot_id, location_id),
    CONSTRAINT ck_lot_balances_on_hand_not_negative CHECK (on_hand_qty >= 0),
    CONSTRAINT ck_lot_balances_reserved_not_negative CHECK (reserved_qty >= 0),
    CONSTRAINT ck_lot_balances_reserved_on_hand CHECK (reserved_qty <= on_hand_qty),
    CONSTRAINT ck_lot_balances_serial_once_a_location CHECK (kind <> 'serial' or on_hand_qty <= 1),
    CONSTRAINT ex_lot_balances_serial_once EXCLUDE USING btree (tenant_id WITH =, lot_id WITH =) WHERE (kind = 'serial' and on_hand_qty > 0) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_lot_balances_tenant_id_lot_id FOREIGN KEY(tenant_id, lot_id) REFERENCES inventory.lots (tenant_id, id),
    CONSTRAINT fk_lot_balances_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_lot_balances_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_lot_balances_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id)
)
 WITH (fillfactor = 50);
-- statement
CREATE INDEX ix_lot_balances_item_id ON inventory.lot_balances (tenant_id, item_id, location_id);
-- statement
CREATE TABLE inventory.lot_links (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    made_lot_id UUID NOT NULL,
    used_lot_id UUID NOT NULL,
    origin_type VARCHAR(40) NOT NULL,
    origin_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_lot_links PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_lot_links_tenant_id_made_lot_id_used_lot_id_origin_id UNIQUE (tenant_id, made_lot_id, used_lot_id, origin_id),
    CONSTRAINT fk_lot_links_tenant_id_made_lot_id FOREIGN KEY(tenant_id, made_lot_id) REFERENCES inventory.lots (tenant_id, id),
    CONSTRAINT fk_lot_links_tenant_id_used_lot_id FOREIGN KEY(tenant_id, used_lot_id) REFERENCES inventory.lots (tenant_id, id)
);
-- statement
CREATE INDEX ix_lot_links_row_xid ON inventory.lot_links (row_xid);
-- statement
CREATE INDEX ix_lot_links_used_lot_id ON inventory.lot_links (tenant_id, used_lot_id);
-- statement
CREATE TABLE inventory.reservations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    location_id UUID NOT NULL,
    lot_id UUID,
    origin_type VARCHAR(40) NOT NULL,
    origin_id UUID NOT NULL,
    origin_line_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_reservations PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_reservations_tenant_id_origin_line_id_location_id_lot_id UNIQUE NULLS NOT DISTINCT (tenant_id, origin_line_id, location_id, lot_id),
    CONSTRAINT ck_reservations_qty_not_negative CHECK (qty >= 0),
    CONSTRAINT fk_reservations_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_reservations_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id),
    CONSTRAINT fk_reservations_tenant_id_lot_id FOREIGN KEY(tenant_id, lot_id) REFERENCES inventory.lots (tenant_id, id)
);
-- statement
CREATE TABLE inventory.stock_balances (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    warehouse_id UUID NOT NULL,
    location_id UUID NOT NULL,
    on_hand_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    reserved_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    allows_negative BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_stock_balances PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_stock_balances_tenant_id_item_id_location_id UNIQUE (tenant_id, item_id, location_id),
    CONSTRAINT ck_stock_balances_on_hand_not_negative CHECK (allows_negative or on_hand_qty >= 0),
    CONSTRAINT ck_stock_balances_reserved_not_negative CHECK (reserved_qty >= 0),
    CONSTRAINT ck_stock_balances_reserved_on_hand CHECK (allows_negative or reserved_qty <= on_hand_qty),
    CONSTRAINT fk_stock_balances_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_stock_balances_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_stock_balances_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id)
)
 WITH (fillfactor = 50);
-- statement
CREATE TABLE ledger.journal_entries (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    period_id UUID NOT NULL,
    journal VARCHAR(20) NOT NULL,
    fiscal_year INTEGER NOT NULL,
    number BIGINT NOT NULL,
    posted_on DATE NOT NULL,
    description VARCHAR(300),
    origin_type VARCHAR(40) NOT NULL,
    origin_id UUID NOT NULL,
    reverses_id UUID,
    chain_position BIGINT NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_journal_entries PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_journal_entries_tenant_id_company_id_journal_fiscal__59d7 UNIQUE (tenant_id, company_id, journal, fiscal_year, number),
    CONSTRAINT uq_journal_entries_tenant_id_company_id_chain_position UNIQUE (tenant_id, company_id, chain_position),
    CONSTRAINT uq_journal_entries_tenant_id_reverses_id UNIQUE (tenant_id, reverses_id),
    CONSTRAINT fk_journal_entries_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_journal_entries_tenant_id_period_id FOREIGN KEY(tenant_id, period_id) REFERENCES ledger.periods (tenant_id, id),
    CONSTRAINT fk_journal_entries_tenant_id_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES ledger.journal_entries (tenant_id, id)
);
-- statement
CREATE INDEX ix_journal_entries_origin ON ledger.journal_entries (tenant_id, origin_type, origin_id);
-- statement
CREATE INDEX ix_journal_entries_posted_on ON ledger.journal_entries (tenant_id, company_id, posted_on);
-- statement
CREATE INDEX ix_journal_entries_row_xid ON ledger.journal_entries (row_xid);
-- statement
CREATE TABLE ledger.period_events (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    period_id UUID NOT NULL,
    action VARCHAR(10) NOT NULL,
    reason VARCHAR(500),
    checklist JSONB DEFAULT '[]' NOT NULL,
    chain_position BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_period_events PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_period_events_tenant_id_period_id FOREIGN KEY(tenant_id, period_id) REFERENCES ledger.periods (tenant_id, id)
);
-- statement
CREATE INDEX ix_period_events_row_xid ON ledger.period_events (row_xid);
-- statement
CREATE TABLE organization.employees (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    number VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    job_title VARCHAR(200),
    unit_id UUID,
    manager_id UUID,
    user_id UUID,
    hired_on DATE,
    left_on DATE,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_employees PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_employees_tenant_id_number UNIQUE (tenant_id, number),
    CONSTRAINT uq_employees_tenant_id_user_id UNIQUE (tenant_id, user_id),
    CONSTRAINT fk_employees_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES organization.units (tenant_id, id),
    CONSTRAINT fk_employees_tenant_id_manager_id FOREIGN KEY(tenant_id, manager_id) REFERENCES organization.employees (tenant_id, id),
    CONSTRAINT fk_employees_tenant_id_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES identity.users (tenant_id, id)
);
-- statement
CREATE INDEX ix_employees_row_xid ON organization.employees (row_xid);
-- statement
CREATE TABLE production.bill_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    bill_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    kind VARCHAR(20) DEFAULT 'component' NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID,
    qty NUMERIC(20, 6) NOT NULL,
    scrap_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    alternative_group VARCHAR(40),
    cost_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_bill_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_bill_lines_kind_known CHECK (kind in ('component', 'by_product')),
    CONSTRAINT ck_bill_lines_qty_positive CHECK (qty > 0),
    CONSTRAINT ck_bill_lines_scrap_share_not_negative CHECK (scrap_share >= 0),
    CONSTRAINT ck_bill_lines_cost_share_not_negative CHECK (cost_share >= 0),
    CONSTRAINT fk_bill_lines_tenant_id_bill_id FOREIGN KEY(tenant_id, bill_id) REFERENCES production.bills (tenant_id, id),
    CONSTRAINT fk_bill_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_bill_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id)
);
-- statement
CREATE INDEX ix_bill_lines_bill_id ON production.bill_lines (tenant_id, bill_id);
-- statement
CREATE INDEX ix_bill_lines_item_id ON production.bill_lines (tenant_id, item_id);
-- statement
CREATE INDEX ix_bill_lines_row_xid ON production.bill_lines (row_xid);
-- statement
CREATE TABLE production.production_orders (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40),
    item_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    warehouse_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    due_on DATE NOT NULL,
    finished_on DATE,
    bill_id UUID,
    routing_id UUID,
    wip_account_id UUID,
    produced_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    scrapped_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    scrap_reason_id UUID,
    is_taken_over BOOLEAN DEFAULT false NOT NULL,
    external_ref VARCHAR(80),
    note VARCHAR(300),
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_production_orders PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_production_orders_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_production_orders_state_known CHECK (state in ('draft', 'released', 'closed', 'cancelled')),
    CONSTRAINT ck_production_orders_qty_positive CHECK (qty > 0),
    CONSTRAINT ck_production_orders_produced_qty_not_negative CHECK (produced_qty >= 0),
    CONSTRAINT ck_production_orders_scrapped_qty_not_negative CHECK (scrapped_qty >= 0),
    CONSTRAINT fk_production_orders_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_production_orders_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_production_orders_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_production_orders_tenant_id_bill_id FOREIGN KEY(tenant_id, bill_id) REFERENCES production.bills (tenant_id, id),
    CONSTRAINT fk_production_orders_tenant_id_routing_id FOREIGN KEY(tenant_id, routing_id) REFERENCES production.routings (tenant_id, id),
    CONSTRAINT fk_production_orders_tenant_id_wip_account_id FOREIGN KEY(tenant_id, wip_account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_production_orders_tenant_id_scrap_reason_id FOREIGN KEY(tenant_id, scrap_reason_id) REFERENCES production.scrap_reasons (tenant_id, id)
);
-- statement
CREATE INDEX ix_production_orders_item_id ON production.production_orders (tenant_id, item_id);
-- statement
CREATE INDEX ix_production_orders_row_xid ON production.production_orders (row_xid);
-- statement
CREATE TABLE production.routing_operations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    routing_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    work_centre_id UUID NOT NULL,
    setup_minutes NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    run_minutes NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_routing_operations PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_routing_operations_setup_minutes_not_negative CHECK (setup_minutes >= 0),
    CONSTRAINT ck_routing_operations_run_minutes_not_negative CHECK (run_minutes >= 0),
    CONSTRAINT fk_routing_operations_tenant_id_routing_id FOREIGN KEY(tenant_id, routing_id) REFERENCES production.routings (tenant_id, id),
    CONSTRAINT fk_routing_operations_tenant_id_work_centre_id FOREIGN KEY(tenant_id, work_centre_id) REFERENCES production.work_centres (tenant_id, id)
);
-- statement
CREATE INDEX ix_routing_operations_routing_id ON production.routing_operations (tenant_id, routing_id);
-- statement
CREATE INDEX ix_routing_operations_row_xid ON production.routing_operations (row_xid);
-- statement
CREATE TABLE purchase.inspection_plans (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    item_id UUID,
    item_category_id UUID,
    supplier_id UUID,
    sample_share NUMERIC(20, 10) DEFAULT 1 NOT NULL,
    sample_min_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    defects_max_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_inspection_plans PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_inspection_plans_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_inspection_plans_item_or_category CHECK ((item_id is null) <> (item_category_id is null)),
    CONSTRAINT ck_inspection_plans_sample_share_not_negative CHECK (sample_share >= 0),
    CONSTRAINT ck_inspection_plans_sample_min_qty_not_negative CHECK (sample_min_qty >= 0),
    CONSTRAINT ck_inspection_plans_defects_max_qty_not_negative CHECK (defects_max_qty >= 0),
    CONSTRAINT fk_inspection_plans_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_inspection_plans_tenant_id_item_category_id FOREIGN KEY(tenant_id, item_category_id) REFERENCES catalog.item_categories (tenant_id, id),
    CONSTRAINT fk_inspection_plans_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id)
);
-- statement
CREATE INDEX ix_inspection_plans_row_xid ON purchase.inspection_plans (row_xid);
-- statement
CREATE TABLE purchase.purchase_contracts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40),
    external_number VARCHAR(80),
    supplier_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    payment_term_id UUID,
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    approved_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_purchase_contracts PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_purchase_contracts_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_purchase_contracts_state_known CHECK (state in ('draft', 'approved', 'closed')),
    CONSTRAINT ck_purchase_contracts_range CHECK (ends_on >= starts_on),
    CONSTRAINT fk_purchase_contracts_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_purchase_contracts_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id),
    CONSTRAINT fk_purchase_contracts_tenant_id_payment_term_id FOREIGN KEY(tenant_id, payment_term_id) REFERENCES scm.payment_terms (tenant_id, id)
);
-- statement
CREATE INDEX ix_purchase_contracts_row_xid ON purchase.purchase_contracts (row_xid);
-- statement
CREATE TABLE purchase.supplier_quotations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40),
    external_number VARCHAR(80),
    supplier_id UUID NOT NULL,
    quoted_on DATE NOT NULL,
    valid_until DATE NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    payment_term_id UUID,
    state VARCHAR(20) DEFAULT 'open' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_supplier_quotations PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_supplier_quotations_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_supplier_quotations_state_known CHECK (state in ('open', 'accepted', 'declined')),
    CONSTRAINT ck_supplier_quotations_valid_range CHECK (valid_until >= quoted_on),
    CONSTRAINT fk_supplier_quotations_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_supplier_quotations_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id),
    CONSTRAINT fk_supplier_quotations_tenant_id_payment_term_id FOREIGN KEY(tenant_id, payment_term_id) REFERENCES scm.payment_terms (tenant_id, id)
);
-- statement
CREATE INDEX ix_supplier_quotations_row_xid ON purchase.supplier_quotations (row_xid);
-- statement
CREATE TABLE report.alert_breaches (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    rule_id UUID NOT NULL,
    firing_id UUID NOT NULL,
    member VARCHAR(1000) DEFAULT '' NOT NULL,
    figure VARCHAR(100),
    expected VARCHAR(400) NOT NULL,
    data_version VARCHAR(80),
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    closing_figure VARCHAR(100),
    is_muted BOOLEAN DEFAULT false NOT NULL,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    acknowledged_by UUID,
    escalated_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_alert_breaches PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_alert_breaches_tenant_id_rule_id FOREIGN KEY(tenant_id, rule_id) REFERENCES report.alert_rules (tenant_id, id),
    CONSTRAINT fk_alert_breaches_tenant_id_acknowledged_by FOREIGN KEY(tenant_id, acknowledged_by) REFERENCES identity.users (tenant_id, id)
);
-- statement
CREATE INDEX ix_alert_breaches_row_xid ON report.alert_breaches (row_xid);
-- statement
CREATE UNIQUE INDEX uq_alert_breaches_open ON report.alert_breaches (tenant_id, rule_id, member) WHERE closed_at is null;
-- statement
CREATE TABLE report.alert_checks (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    rule_id UUID NOT NULL,
    data_version VARCHAR(80),
    checked_at TIMESTAMP WITH TIME ZONE,
    error VARCHAR(1000),
    pending JSONB DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_alert_checks PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_alert_checks_tenant_id_rule_id UNIQUE (tenant_id, rule_id),
    CONSTRAINT fk_alert_checks_tenant_id_rule_id FOREIGN KEY(tenant_id, rule_id) REFERENCES report.alert_rules (tenant_id, id)
);
-- statement
CREATE INDEX ix_alert_checks_row_xid ON report.alert_checks (row_xid);
-- statement
CREATE TABLE report.alert_rule_versions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    rule_id UUID NOT NULL,
    number INTEGER NOT NULL,
    rule JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_alert_rule_versions PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_alert_rule_versions_tenant_id_rule_id_number UNIQUE (tenant_id, rule_id, number),
    CONSTRAINT fk_alert_rule_versions_tenant_id_rule_id FOREIGN KEY(tenant_id, rule_id) REFERENCES report.alert_rules (tenant_id, id)
);
-- statement
CREATE INDEX ix_alert_rule_versions_row_xid ON report.alert_rule_versions (row_xid);
-- statement
CREATE TABLE report.data_source_secrets (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    source_id UUID NOT NULL,
    sealed BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_data_source_secrets PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_data_source_secrets_tenant_id_source_id UNIQUE (tenant_id, source_id),
    CONSTRAINT fk_data_source_secrets_tenant_id_source_id FOREIGN KEY(tenant_id, source_id) REFERENCES report.data_sources (tenant_id, id)
);
-- statement
CREATE INDEX ix_data_source_secrets_row_xid ON report.data_source_secrets (row_xid);
-- statement
CREATE TABLE report.report_runs (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    report_id UUID,
    user_id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    definition JSONB NOT NULL,
    definition_version INTEGER,
    format VARCHAR(10) NOT NULL,
    locale VARCHAR(20) DEFAULT 'en' NOT NULL,
    state VARCHAR(10) DEFAULT 'waiting' NOT NULL,
    is_cancel_asked BOOLEAN DEFAULT false NOT NULL,
    rows_done INTEGER DEFAULT 0 NOT NULL,
    rows_total INTEGER,
    claimed_until TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    data_version VARCHAR(80),
    error VARCHAR(1000),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_report_runs PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_report_runs_state_known CHECK (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT ck_report_runs_format_known CHECK (format in ('csv', 'xlsx', 'pdf', 'parquet')),
    CONSTRAINT fk_report_runs_tenant_id_report_id FOREIGN KEY(tenant_id, report_id) REFERENCES report.reports (tenant_id, id),
    CONSTRAINT fk_report_runs_tenant_id_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES identity.users (tenant_id, id)
);
-- statement
CREATE INDEX ix_report_runs_row_xid ON report.report_runs (row_xid);
-- statement
CREATE INDEX ix_report_runs_state ON report.report_runs (tenant_id, state);
-- statement
CREATE TABLE report.report_shares (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    report_id UUID,
    dashboard_id UUID,
    kind VARCHAR(10) NOT NULL,
    access VARCHAR(10) DEFAULT 'view' NOT NULL,
    user_id UUID,
    role_id UUID,
    token_hash VARCHAR(64),
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_report_shares PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_report_shares_kind_known CHECK (kind in ('user', 'role', 'link')),
    CONSTRAINT ck_report_shares_access_known CHECK (access in ('view', 'edit')),
    CONSTRAINT ck_report_shares_one_thing CHECK ((report_id is null) <> (dashboard_id is null)),
    CONSTRAINT ck_report_shares_has_reader CHECK ((kind = 'user' and user_id is not null) or (kind = 'role' and role_id is not null) or (kind = 'link' and role_id is not null and token_hash is not null and expires_at is not null)),
    CONSTRAINT uq_report_shares_tenant_id_token_hash UNIQUE (tenant_id, token_hash),
    CONSTRAINT fk_report_shares_tenant_id_report_id FOREIGN KEY(tenant_id, report_id) REFERENCES report.reports (tenant_id, id),
    CONSTRAINT fk_report_shares_tenant_id_dashboard_id FOREIGN KEY(tenant_id, dashboard_id) REFERENCES report.dashboards (tenant_id, id),
    CONSTRAINT fk_report_shares_tenant_id_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES identity.users (tenant_id, id),
    CONSTRAINT fk_report_shares_tenant_id_role_id FOREIGN KEY(tenant_id, role_id) REFERENCES identity.roles (tenant_id, id)
);
-- statement
CREATE INDEX ix_report_shares_dashboard_id ON report.report_shares (tenant_id, dashboard_id);
-- statement
CREATE INDEX ix_report_shares_report_id ON report.report_shares (tenant_id, report_id);
-- statement
CREATE INDEX ix_report_shares_row_xid ON report.report_shares (row_xid);
-- statement
CREATE TABLE report.report_versions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    number INTEGER NOT NULL,
    definition JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_report_versions PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_report_versions_tenant_id_report_id_number UNIQUE (tenant_id, report_id, number),
    CONSTRAINT fk_report_versions_tenant_id_report_id FOREIGN KEY(tenant_id, report_id) REFERENCES report.reports (tenant_id, id)
);
-- statement
CREATE INDEX ix_report_versions_row_xid ON report.report_versions (row_xid);
-- statement
CREATE TABLE report.subscriptions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    report_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    schedule JSONB NOT NULL,
    formats JSONB DEFAULT '[]' NOT NULL,
    late_after_minutes INTEGER DEFAULT 60 NOT NULL,
    scope_role_id UUID,
    due_at TIMESTAMP WITH TIME ZONE,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_subscriptions PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_subscriptions_tenant_id_report_id FOREIGN KEY(tenant_id, report_id) REFERENCES report.reports (tenant_id, id),
    CONSTRAINT fk_subscriptions_tenant_id_owner_id FOREIGN KEY(tenant_id, owner_id) REFERENCES identity.users (tenant_id, id),
    CONSTRAINT fk_subscriptions_tenant_id_scope_role_id FOREIGN KEY(tenant_id, scope_role_id) REFERENCES identity.roles (tenant_id, id)
);
-- statement
CREATE INDEX ix_subscriptions_due_at ON report.subscriptions (tenant_id, due_at);
-- statement
CREATE INDEX ix_subscriptions_row_xid ON report.subscriptions (row_xid);
-- statement
CREATE TABLE scm.supplier_bank_accounts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    supplier_id UUID NOT NULL,
    iban VARCHAR(40) NOT NULL,
    bic VARCHAR(11),
    state VARCHAR(20) DEFAULT 'proposed' NOT NULL,
    proposed_by UUID,
    approved_by UUID,
    approved_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_supplier_bank_accounts PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_supplier_bank_accounts_state_known CHECK (state in ('proposed', 'approved', 'retired')),
    CONSTRAINT fk_supplier_bank_accounts_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id)
);
-- statement
CREATE INDEX ix_supplier_bank_accounts_row_xid ON scm.supplier_bank_accounts (row_xid);
-- statement
CREATE TABLE catalog.price_list_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    price_list_id UUID NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID,
    min_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    unit_price NUMERIC(20, 6) NOT NULL,
    discount_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_price_list_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_price_list_lines_unit_price_not_negative CHECK (unit_price >= 0),
    CONSTRAINT ck_price_list_lines_valid_range CHECK (valid_to is null or valid_to >= valid_from),
    CONSTRAINT fk_price_list_lines_tenant_id_price_list_id FOREIGN KEY(tenant_id, price_list_id) REFERENCES catalog.price_lists (tenant_id, id),
    CONSTRAINT fk_price_list_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_price_list_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id)
);
-- statement
CREATE INDEX ix_price_list_lines_item_id ON catalog.price_list_lines (tenant_id, item_id, price_list_id);
-- statement
CREATE INDEX ix_price_list_lines_row_xid ON catalog.price_list_lines (row_xid);
-- statement
CREATE TABLE finance.invoices (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    kind VARCHAR(30) NOT NULL,
    number VARCHAR(40),
    external_number VARCHAR(80),
    party_id UUID NOT NULL,
    supplier_category_id UUID,
    invoiced_on DATE NOT NULL,
    payment_term_id UUID,
    currency_code VARCHAR(3) NOT NULL,
    exchange_rate NUMERIC(20, 10) DEFAULT 1 NOT NULL,
    net_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    freight_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    freight_tax_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    freight_tax_code_id UUID,
    tax_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    total_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    company_total_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    settled_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    open_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    is_payment_blocked BOOLEAN DEFAULT false NOT NULL,
    block_reason VARCHAR(500),
    payment_warning VARCHAR(500),
    journal_entry_id UUID,
    origin_type VARCHAR(40),
    origin_id UUID,
    corrects_id UUID,
    reverses_id UUID,
    salesperson_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_invoices PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_invoices_kind_known CHECK (kind in ('sales_invoice', 'sales_credit_note', 'purchase_invoice', 'purchase_credit_note')),
    CONSTRAINT ck_invoices_state_known CHECK (state in ('draft', 'posted', 'cancelled')),
    CONSTRAINT uq_invoices_tenant_id_company_id_kind_number UNIQUE (tenant_id, company_id, kind, number),
    CONSTRAINT uq_invoices_tenant_id_reverses_id UNIQUE (tenant_id, reverses_id),
    CONSTRAINT fk_invoices_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_invoices_tenant_id_supplier_category_id FOREIGN KEY(tenant_id, supplier_category_id) REFERENCES scm.supplier_categories (tenant_id, id),
    CONSTRAINT fk_invoices_tenant_id_payment_term_id FOREIGN KEY(tenant_id, payment_term_id) REFERENCES scm.payment_terms (tenant_id, id),
    CONSTRAINT fk_invoices_tenant_id_freight_tax_code_id FOREIGN KEY(tenant_id, freight_tax_code_id) REFERENCES finance.tax_codes (tenant_id, id),
    CONSTRAINT fk_invoices_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_invoices_tenant_id_corrects_id FOREIGN KEY(tenant_id, corrects_id) REFERENCES finance.invoices (tenant_id, id),
    CONSTRAINT fk_invoices_tenant_id_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES finance.invoices (tenant_id, id),
    CONSTRAINT fk_invoices_tenant_id_salesperson_id FOREIGN KEY(tenant_id, salesperson_id) REFERENCES organization.employees (tenant_id, id)
);
-- statement
CREATE INDEX ix_invoices_origin_id ON finance.invoices (tenant_id, origin_id);
-- statement
CREATE INDEX ix_invoices_party_id ON finance.invoices (tenant_id, party_id, invoiced_on);
-- statement
CREATE INDEX ix_invoices_row_xid ON finance.invoices (row_xid);
-- statement
CREATE INDEX ix_invoices_sums ON finance.invoices (tenant_id, kind, currency_code) INCLUDE (net_amount, freight_amount, freight_tax_amount, tax_amount, total_amount, settled_amount, open_amount);
-- statement
CREATE INDEX ix_invoices_total_amount ON finance.invoices (tenant_id, total_amount, id);
-- statement
CREATE UNIQUE INDEX uq_invoices_supplier_number ON finance.invoices (tenant_id, party_id, lower(external_number)) WHERE kind = 'purchase_invoice' and state <> 'cancelled';
-- statement
CREATE TABLE finance.payments (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    kind VARCHAR(20) NOT NULL,
    number VARCHAR(40) NOT NULL,
    party_id UUID NOT NULL,
    bank_account_id UUID NOT NULL,
    bank_reference VARCHAR(120),
    paid_on DATE NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    exchange_rate NUMERIC(20, 10) DEFAULT 1 NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    charge_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    company_amount NUMERIC(18, 4) NOT NULL,
    state VARCHAR(20) DEFAULT 'posted' NOT NULL,
    approved_by UUID,
    origin_id UUID,
    reverses_id UUID,
    journal_entry_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_payments PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_payments_kind_known CHECK (kind in ('receipt', 'disbursement', 'customer_refund', 'supplier_refund')),
    CONSTRAINT uq_payments_tenant_id_company_id_kind_number UNIQUE (tenant_id, company_id, kind, number),
    CONSTRAINT ck_payments_state_known CHECK (state in ('posted', 'cancelled')),
    CONSTRAINT uq_payments_tenant_id_reverses_id UNIQUE (tenant_id, reverses_id),
    CONSTRAINT ck_payments_amount_positive CHECK (amount > 0 or (amount < 0 and reverses_id is not null)),
    CONSTRAINT fk_payments_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_payments_tenant_id_bank_account_id FOREIGN KEY(tenant_id, bank_account_id) REFERENCES finance.bank_accounts (tenant_id, id),
    CONSTRAINT fk_payments_tenant_id_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES finance.payments (tenant_id, id),
    CONSTRAINT fk_payments_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);
-- statement
CREATE INDEX ix_payments_party_id ON finance.payments (tenant_id, party_id);
-- statement
CREATE INDEX ix_payments_row_xid ON finance.payments (row_xid);
-- statement
CREATE UNIQUE INDEX uq_payments_bank_reference ON finance.payments (tenant_id, bank_account_id, kind, bank_reference) WHERE state <> 'cancelled';
-- statement
CREATE TABLE finance.revaluations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    period_id UUID NOT NULL,
    item_id UUID NOT NULL,
    item_number VARCHAR(40),
    role VARCHAR(40) NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    currency_amount NUMERIC(18, 4) NOT NULL,
    exchange_rate NUMERIC(20, 10) NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    journal_entry_id UUID NOT NULL,
    reversal_entry_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_revaluations PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_revaluations_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_revaluations_tenant_id_period_id FOREIGN KEY(tenant_id, period_id) REFERENCES ledger.periods (tenant_id, id),
    CONSTRAINT fk_revaluations_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_revaluations_tenant_id_reversal_entry_id FOREIGN KEY(tenant_id, reversal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);
-- statement
CREATE INDEX ix_revaluations_period_id ON finance.revaluations (tenant_id, period_id);
-- statement
CREATE INDEX ix_revaluations_row_xid ON finance.revaluations (row_xid);
-- statement
CREATE TABLE inventory.stock_moves (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    item_id UUID NOT NULL,
    warehouse_id UUID NOT NULL,
    location_id UUID NOT NULL,
    kind VARCHAR(20) NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    value_amount NUMERIC(18, 4) NOT NULL,
    occurred_on DATE NOT NULL,
    sequence BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id UUID NOT NULL,
    contra_account_id UUID,
    contra_amount NUMERIC(18, 4) NOT NULL,
    journal_entry_id UUID,
    origin_type VARCHAR(40) NOT NULL,
    origin_id UUID NOT NULL,
    origin_line_id UUID,
    party_kind VARCHAR(10),
    party_id UUID,
    cost_centre_id UUID,
    project_id UUID,
    reverses_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_stock_moves PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_stock_moves_kind_known CHECK (kind in ('opening', 'receipt', 'purchase_return', 'delivery', 'sales_return', 'adjustment', 'issue', 'transfer_out', 'transfer_in', 'production_receipt', 'revaluation')),
    CONSTRAINT fk_stock_moves_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_stock_moves_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_stock_moves_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_stock_moves_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id),
    CONSTRAINT fk_stock_moves_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_stock_moves_tenant_id_contra_account_id FOREIGN KEY(tenant_id, contra_account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_stock_moves_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);
-- statement
CREATE INDEX ix_stock_moves_origin ON inventory.stock_moves (tenant_id, origin_id);
-- statement
CREATE INDEX ix_stock_moves_reverses_id ON inventory.stock_moves (tenant_id, reverses_id);
-- statement
CREATE INDEX ix_stock_moves_row_xid ON inventory.stock_moves (row_xid);
-- statement
CREATE INDEX ix_stock_moves_timeline ON inventory.stock_moves (tenant_id, item_id, warehouse_id, occurred_on, sequence) INCLUDE (location_id, qty, value_amount);
-- statement
CREATE TABLE ledger.journal_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    entry_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    company_id UUID NOT NULL,
    account_id UUID NOT NULL,
    posted_on DATE NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    currency_amount NUMERIC(18, 4) NOT NULL,
    party_kind VARCHAR(10),
    party_id UUID,
    item_id UUID,
    warehouse_id UUID,
    cost_centre_id UUID,
    project_id UUID,
    tax_code_id UUID,
    dimensions JSONB,
    description VARCHAR(300),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_journal_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_journal_lines_tenant_id_entry_id_line_number UNIQUE (tenant_id, entry_id, line_number),
    CONSTRAINT ck_journal_lines_not_empty CHECK (amount <> 0 or currency_amount <> 0),
    CONSTRAINT fk_journal_lines_tenant_id_entry_id FOREIGN KEY(tenant_id, entry_id) REFERENCES ledger.journal_entries (tenant_id, id),
    CONSTRAINT fk_journal_lines_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id)
);
-- statement
CREATE INDEX ix_journal_lines_account ON ledger.journal_lines (tenant_id, account_id, posted_on, id) INCLUDE (amount, party_id, item_id, warehouse_id, cost_centre_id, project_id, tax_code_id);
-- statement
CREATE INDEX ix_journal_lines_blanks ON ledger.journal_lines (tenant_id, account_id, (case when party_id is null then case when item_id is null then case when warehouse_id is null then case when cost_centre_id is null then case when project_id is null then case when tax_code_id is null then 63 else 31 end else case when tax_code_id is null then 47 else 15 end end else case when project_id is null then case when tax_code_id is null then 55 else 23 end else case when tax_code_id is null then 39 else 7 end end end else case when cost_centre_id is null then case when project_id is null then case when tax_code_id is null then 59 else 27 end else case when tax_code_id is null then 43 else 11 end end else case when project_id is null then case when tax_code_id is null then 51 else 19 end else case when tax_code_id is null then 35 else 3 end end end end else case when warehouse_id is null then case when cost_centre_id is null then case when project_id is null then case when tax_code_id is null then 61 else 29 end else case when tax_code_id is null then 45 else 13 end end else case when project_id is null then case when tax_code_id is null then 53 else 21 end else case when tax_code_id is null then 37 else 5 end end end else case when cost_centre_id is null then case when project_id is null then case when tax_code_id is null then 57 else 25 end else case when tax_code_id is null then 41 else 9 end end else case when project_id is null then case when tax_code_id is null then 49 else 17 end else case when tax_code_id is null then 33 else 1 end end end end end else case when item_id is null then case when warehouse_id is null then case when cost_centre_id is null then case when project_id is null then case when tax_code_id is null then 62 else 30 end else case when tax_code_id is null then 46 else 14 end end else case when project_id is null then case when tax_code_id is null then 54 else 22 end else case when tax_code_id is null then 38 else 6 end end end else case when cost_centre_id is null then case when project_id is null then case when tax_code_id is null then 58 else 26 end else case when tax_code_id is null then 42 else 10 end end else case when project_id is null then case when tax_code_id is null then 50 else 18 end else case when tax_code_id is null then 34 else 2 end end end end else case when warehouse_id is null then case when cost_centre_id is null then case when project_id is null then case when tax_code_id is null then 60 else 28 end else case when tax_code_id is null then 44 else 12 end end else case when project_id is null then case when tax_code_id is null then 52 else 20 end else case when tax_code_id is null then 36 else 4 end end end else case when cost_centre_id is null then case when project_id is null then case when tax_code_id is null then 56 else 24 end else case when tax_code_id is null then 40 else 8 end end else case when project_id is null then case when tax_code_id is null then 48 else 16 end else case when tax_code_id is null then 32 else 0 end end end end end end), posted_on, id);
-- statement
CREATE INDEX ix_journal_lines_cost_centre_id ON ledger.journal_lines (tenant_id, cost_centre_id) WHERE cost_centre_id is not null;
-- statement
CREATE INDEX ix_journal_lines_item_id ON ledger.journal_lines (tenant_id, item_id) WHERE item_id is not null;
-- statement
CREATE INDEX ix_journal_lines_party_id ON ledger.journal_lines (tenant_id, party_id) WHERE party_id is not null;
-- statement
CREATE INDEX ix_journal_lines_project_id ON ledger.journal_lines (tenant_id, project_id) WHERE project_id is not null;
-- statement
CREATE INDEX ix_journal_lines_row_xid ON ledger.journal_lines (row_xid);
-- statement
CREATE INDEX ix_journal_lines_tax_code_id ON ledger.journal_lines (tenant_id, tax_code_id) WHERE tax_code_id is not null;
-- statement
CREATE INDEX ix_journal_lines_warehouse_id ON ledger.journal_lines (tenant_id, warehouse_id) WHERE warehouse_id is not null;
-- statement
CREATE TABLE organization.employee_assignments (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    shift_id UUID,
    starts_on DATE NOT NULL,
    ends_on DATE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_employee_assignments PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_employee_assignments_tenant_id_employee_id_unit_id_starts_on UNIQUE (tenant_id, employee_id, unit_id, starts_on),
    CONSTRAINT ck_employee_assignments_valid_range CHECK (ends_on is null or ends_on >= starts_on),
    CONSTRAINT fk_employee_assignments_tenant_id_employee_id FOREIGN KEY(tenant_id, employee_id) REFERENCES organization.employees (tenant_id, id),
    CONSTRAINT fk_employee_assignments_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES organization.units (tenant_id, id),
    CONSTRAINT fk_employee_assignments_tenant_id_shift_id FOREIGN KEY(tenant_id, shift_id) REFERENCES organization.shifts (tenant_id, id)
);
-- statement
CREATE INDEX ix_employee_assignments_row_xid ON organization.employee_assignments (row_xid);
-- statement
CREATE TABLE organization.employee_files (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    gender VARCHAR(20),
    marital_status VARCHAR(20),
    born_on DATE,
    is_salaried BOOLEAN DEFAULT false NOT NULL,
    vacation_hours NUMERIC(20, 6),
    sick_leave_hours NUMERIC(20, 6),
    organization_level INTEGER,
    bonus_amount NUMERIC(18, 4),
    commission_share NUMERIC(20, 10),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_employee_files PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_employee_files_tenant_id_employee_id UNIQUE (tenant_id, employee_id),
    CONSTRAINT ck_employee_files_vacation_hours_not_negative CHECK (vacation_hours >= 0),
    CONSTRAINT ck_employee_files_sick_leave_hours_not_negative CHECK (sick_leave_hours >= 0),
    CONSTRAINT ck_employee_files_organization_level_not_negative CHECK (organization_level >= 0),
    CONSTRAINT ck_employee_files_commission_share_not_negative CHECK (commission_share >= 0),
    CONSTRAINT fk_employee_files_tenant_id_employee_id FOREIGN KEY(tenant_id, employee_id) REFERENCES organization.employees (tenant_id, id)
);
-- statement
CREATE INDEX ix_employee_files_row_xid ON organization.employee_files (row_xid);
-- statement
CREATE TABLE organization.employee_pays (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    valid_from DATE NOT NULL,
    hourly_rate NUMERIC(20, 6) NOT NULL,
    pays_per_month INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_employee_pays PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_employee_pays_tenant_id_employee_id_valid_from UNIQUE (tenant_id, employee_id, valid_from),
    CONSTRAINT ck_employee_pays_hourly_rate_not_negative CHECK (hourly_rate >= 0),
    CONSTRAINT ck_employee_pays_pays_per_month_positive CHECK (pays_per_month > 0),
    CONSTRAINT fk_employee_pays_tenant_id_employee_id FOREIGN KEY(tenant_id, employee_id) REFERENCES organization.employees (tenant_id, id)
);
-- statement
CREATE INDEX ix_employee_pays_row_xid ON organization.employee_pays (row_xid);
-- statement
CREATE TABLE organization.sales_quotas (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    quota_amount NUMERIC(18, 4) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_sales_quotas PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_sales_quotas_tenant_id_employee_id_starts_on UNIQUE (tenant_id, employee_id, starts_on),
    CONSTRAINT ck_sales_quotas_quota_amount_not_negative CHECK (quota_amount >= 0),
    CONSTRAINT fk_sales_quotas_tenant_id_employee_id FOREIGN KEY(tenant_id, employee_id) REFERENCES organization.employees (tenant_id, id)
);
-- statement
CREATE INDEX ix_sales_quotas_row_xid ON organization.sales_quotas (row_xid);
-- statement
CREATE TABLE production.production_components (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    kind VARCHAR(20) DEFAULT 'component' NOT NULL,
    item_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    cost_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_production_components PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_production_components_kind_known CHECK (kind in ('component', 'by_product')),
    CONSTRAINT ck_production_components_qty_positive CHECK (qty > 0),
    CONSTRAINT fk_production_components_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES production.production_orders (tenant_id, id),
    CONSTRAINT fk_production_components_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id)
);
-- statement
CREATE INDEX ix_production_components_order_id ON production.production_components (tenant_id, order_id);
-- statement
CREATE INDEX ix_production_components_row_xid ON production.production_components (row_xid);
-- statement
CREATE TABLE production.production_operations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    work_centre_id UUID NOT NULL,
    planned_minutes NUMERIC(20, 6) NOT NULL,
    labour_hour_cost NUMERIC(20, 6) NOT NULL,
    machine_hour_cost NUMERIC(20, 6) NOT NULL,
    planned_amount NUMERIC(18, 4),
    actual_amount NUMERIC(18, 4),
    actual_hours NUMERIC(20, 6),
    started_on DATE,
    finished_on DATE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_production_operations PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_production_operations_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES production.production_orders (tenant_id, id),
    CONSTRAINT fk_production_operations_tenant_id_work_centre_id FOREIGN KEY(tenant_id, work_centre_id) REFERENCES production.work_centres (tenant_id, id)
);
-- statement
CREATE INDEX ix_production_operations_order_id ON production.production_operations (tenant_id, order_id);
-- statement
CREATE INDEX ix_production_operations_row_xid ON production.production_operations (row_xid);
-- statement
CREATE TABLE purchase.inspection_plan_checks (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    plan_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    name VARCHAR(80) NOT NULL,
    lower_limit NUMERIC(20, 6),
    upper_limit NUMERIC(20, 6),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_inspection_plan_checks PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_inspection_plan_checks_tenant_id_plan_id_name UNIQUE (tenant_id, plan_id, name),
    CONSTRAINT ck_inspection_plan_checks_limits_in_order CHECK (upper_limit >= lower_limit),
    CONSTRAINT fk_inspection_plan_checks_tenant_id_plan_id FOREIGN KEY(tenant_id, plan_id) REFERENCES purchase.inspection_plans (tenant_id, id)
);
-- statement
CREATE INDEX ix_inspection_plan_checks_row_xid ON purchase.inspection_plan_checks (row_xid);
-- statement
CREATE TABLE purchase.purchase_contract_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    contract_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID,
    unit_price NUMERIC(20, 6) NOT NULL,
    min_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    max_qty NUMERIC(20, 6),
    lead_time_days INTEGER DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_purchase_contract_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_purchase_contract_lines_unit_price_not_negative CHECK (unit_price >= 0),
    CONSTRAINT ck_purchase_contract_lines_min_qty_not_negative CHECK (min_qty >= 0),
    CONSTRAINT ck_purchase_contract_lines_max_qty_positive CHECK (max_qty > 0),
    CONSTRAINT ck_purchase_contract_lines_lead_time_days_not_negative CHECK (lead_time_days >= 0),
    CONSTRAINT fk_purchase_contract_lines_tenant_id_contract_id FOREIGN KEY(tenant_id, contract_id) REFERENCES purchase.purchase_contracts (tenant_id, id),
    CONSTRAINT fk_purchase_contract_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_purchase_contract_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id)
);
-- statement
CREATE INDEX ix_purchase_contract_lines_contract_id ON purchase.purchase_contract_lines (tenant_id, contract_id);
-- statement
CREATE INDEX ix_purchase_contract_lines_row_xid ON purchase.purchase_contract_lines (row_xid);
-- statement
CREATE TABLE purchase.purchase_orders (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40) NOT NULL,
    supplier_id UUID NOT NULL,
    supplier_category_id UUID,
    ordered_on DATE NOT NULL,
    promised_on DATE,
    warehouse_id UUID NOT NULL,
    buyer_id UUID,
    unit_id UUID,
    payment_term_id UUID,
    currency_code VARCHAR(3) NOT NULL,
    exchange_rate NUMERIC(20, 10) DEFAULT 1 NOT NULL,
    ship_method_id UUID,
    external_ref VARCHAR(80),
    net_amount NUMERIC(18, 4) NOT NULL,
    freight_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    freight_tax_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    freight_tax_code_id UUID,
    tax_amount NUMERIC(18, 4) NOT NULL,
    total_amount NUMERIC(18, 4) NOT NULL,
    company_net_amount NUMERIC(18, 4) NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    submitted_by UUID,
    decided_by UUID,
    decision_reason VARCHAR(300),
    budget_warning VARCHAR(500),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_purchase_orders PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_purchase_orders_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_purchase_orders_state_known CHECK (state in ('draft', 'waiting', 'confirmed', 'closed', 'rejected', 'cancelled')),
    CONSTRAINT fk_purchase_orders_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_purchase_orders_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id),
    CONSTRAINT fk_purchase_orders_tenant_id_supplier_category_id FOREIGN KEY(tenant_id, supplier_category_id) REFERENCES scm.supplier_categories (tenant_id, id),
    CONSTRAINT fk_purchase_orders_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_purchase_orders_tenant_id_buyer_id FOREIGN KEY(tenant_id, buyer_id) REFERENCES organization.employees (tenant_id, id),
    CONSTRAINT fk_purchase_orders_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES organization.units (tenant_id, id),
    CONSTRAINT fk_purchase_orders_tenant_id_payment_term_id FOREIGN KEY(tenant_id, payment_term_id) REFERENCES scm.payment_terms (tenant_id, id),
    CONSTRAINT fk_purchase_orders_tenant_id_ship_method_id FOREIGN KEY(tenant_id, ship_method_id) REFERENCES scm.ship_methods (tenant_id, id),
    CONSTRAINT fk_purchase_orders_tenant_id_freight_tax_code_id FOREIGN KEY(tenant_id, freight_tax_code_id) REFERENCES finance.tax_codes (tenant_id, id)
);
-- statement
CREATE INDEX ix_purchase_orders_row_xid ON purchase.purchase_orders (row_xid);
-- statement
CREATE INDEX ix_purchase_orders_supplier_id ON purchase.purchase_orders (tenant_id, supplier_id);
-- statement
CREATE TABLE purchase.purchase_requisitions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40),
    requested_on DATE,
    needed_on DATE NOT NULL,
    cost_centre_id UUID,
    requester_id UUID,
    reason VARCHAR(300),
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    decided_by UUID,
    decision_reason VARCHAR(300),
    budget_warning VARCHAR(500),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_purchase_requisitions PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_purchase_requisitions_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_purchase_requisitions_state_known CHECK (state in ('draft', 'approved', 'rejected', 'closed')),
    CONSTRAINT fk_purchase_requisitions_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_purchase_requisitions_tenant_id_cost_centre_id FOREIGN KEY(tenant_id, cost_centre_id) REFERENCES organization.cost_centres (tenant_id, id),
    CONSTRAINT fk_purchase_requisitions_tenant_id_requester_id FOREIGN KEY(tenant_id, requester_id) REFERENCES organization.employees (tenant_id, id)
);
-- statement
CREATE INDEX ix_purchase_requisitions_row_xid ON purchase.purchase_requisitions (row_xid);
-- statement
CREATE TABLE report.report_run_parts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    run_id UUID NOT NULL,
    position INTEGER NOT NULL,
    content BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_report_run_parts PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_report_run_parts_tenant_id_run_id_position UNIQUE (tenant_id, run_id, position),
    CONSTRAINT fk_report_run_parts_tenant_id_run_id FOREIGN KEY(tenant_id, run_id) REFERENCES report.report_runs (tenant_id, id)
);
-- statement
CREATE INDEX ix_report_run_parts_row_xid ON report.report_run_parts (row_xid);
-- statement
CREATE TABLE report.subscription_recipients (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    channel VARCHAR(10) DEFAULT 'mail' NOT NULL,
    user_id UUID,
    address VARCHAR(320),
    endpoint_id UUID,
    unsubscribed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_subscription_recipients PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_subscription_recipients_channel_known CHECK (channel in ('mail', 'in_app', 'webhook')),
    CONSTRAINT ck_subscription_recipients_one_receiver CHECK ((user_id is not null)::int + (address is not null)::int + (endpoint_id is not null)::int = 1),
    CONSTRAINT fk_subscription_recipients_tenant_id_subscription_id FOREIGN KEY(tenant_id, subscription_id) REFERENCES report.subscriptions (tenant_id, id),
    CONSTRAINT fk_subscription_recipients_tenant_id_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES identity.users (tenant_id, id),
    CONSTRAINT fk_subscription_recipients_tenant_id_endpoint_id FOREIGN KEY(tenant_id, endpoint_id) REFERENCES report.webhook_endpoints (tenant_id, id)
);
-- statement
CREATE INDEX ix_subscription_recipients_row_xid ON report.subscription_recipients (row_xid);
-- statement
CREATE INDEX ix_subscription_recipients_subscription_id ON report.subscription_recipients (tenant_id, subscription_id);
-- statement
CREATE TABLE scm.customers (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    category_id UUID,
    head_id UUID,
    region_id UUID,
    salesperson_id UUID,
    tax_number VARCHAR(40),
    tax_class VARCHAR(40) DEFAULT 'standard' NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    country_code VARCHAR(2),
    city VARCHAR(120),
    payment_term_id UUID,
    price_list_id UUID,
    credit_limit_amount NUMERIC(18, 4),
    grade VARCHAR(1),
    grade_limit_amount NUMERIC(18, 4),
    over_delivery_share NUMERIC(20, 10),
    under_delivery_share NUMERIC(20, 10),
    email VARCHAR(200),
    phone VARCHAR(60),
    attributes JSONB DEFAULT '{}' NOT NULL,
    merged_into_id UUID,
    is_blocked BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_customers PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_customers_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT uq_customers_tenant_id_tax_number UNIQUE (tenant_id, tax_number),
    CONSTRAINT ck_customers_credit_limit_not_negative CHECK (credit_limit_amount >= 0),
    CONSTRAINT ck_customers_over_delivery_share_not_negative CHECK (over_delivery_share >= 0),
    CONSTRAINT ck_customers_under_delivery_share_not_negative CHECK (under_delivery_share >= 0),
    CONSTRAINT fk_customers_tenant_id_category_id FOREIGN KEY(tenant_id, category_id) REFERENCES scm.customer_categories (tenant_id, id),
    CONSTRAINT fk_customers_tenant_id_head_id FOREIGN KEY(tenant_id, head_id) REFERENCES scm.customers (tenant_id, id),
    CONSTRAINT fk_customers_tenant_id_region_id FOREIGN KEY(tenant_id, region_id) REFERENCES scm.regions (tenant_id, id),
    CONSTRAINT fk_customers_tenant_id_salesperson_id FOREIGN KEY(tenant_id, salesperson_id) REFERENCES organization.employees (tenant_id, id),
    CONSTRAINT fk_customers_tenant_id_payment_term_id FOREIGN KEY(tenant_id, payment_term_id) REFERENCES scm.payment_terms (tenant_id, id),
    CONSTRAINT fk_customers_tenant_id_merged_into_id FOREIGN KEY(tenant_id, merged_into_id) REFERENCES scm.customers (tenant_id, id)
);
-- statement
CREATE INDEX ix_customers_merged_into_id ON scm.customers (tenant_id, merged_into_id) WHERE merged_into_id is not null;
-- statement
CREATE INDEX ix_customers_row_xid ON scm.customers (row_xid);
-- statement
CREATE TABLE scm.sales_assignments (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    employee_id UUID NOT NULL,
    region_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_sales_assignments PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_sales_assignments_tenant_id_employee_id_region_id_starts_on UNIQUE (tenant_id, employee_id, region_id, starts_on),
    CONSTRAINT ck_sales_assignments_valid_range CHECK (ends_on is null or ends_on >= starts_on),
    CONSTRAINT fk_sales_assignments_tenant_id_employee_id FOREIGN KEY(tenant_id, employee_id) REFERENCES organization.employees (tenant_id, id),
    CONSTRAINT fk_sales_assignments_tenant_id_region_id FOREIGN KEY(tenant_id, region_id) REFERENCES scm.regions (tenant_id, id)
);
-- statement
CREATE INDEX ix_sales_assignments_row_xid ON scm.sales_assignments (row_xid);
-- statement
CREATE TABLE assistant.service_requests (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    kind VARCHAR(20) NOT NULL,
    document_number VARCHAR(80),
    subject VARCHAR(1000) NOT NULL,
    state VARCHAR(20) DEFAULT 'open' NOT NULL,
    taken_by UUID,
    taken_at TIMESTAMP WITH TIME ZONE,
    answer VARCHAR(4000),
    answered_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_service_requests PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_service_requests_kind_known CHECK (kind in ('change', 'handover')),
    CONSTRAINT ck_service_requests_state_known CHECK (state in ('open', 'taken', 'answered', 'closed')),
    CONSTRAINT fk_service_requests_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES scm.customers (tenant_id, id),
    CONSTRAINT fk_service_requests_tenant_id_conversation_id FOREIGN KEY(tenant_id, conversation_id) REFERENCES assistant.conversations (tenant_id, id)
);
-- statement
CREATE INDEX ix_service_requests_customer_id ON assistant.service_requests (tenant_id, customer_id);
-- statement
CREATE INDEX ix_service_requests_row_xid ON assistant.service_requests (row_xid);
-- statement
CREATE TABLE finance.assets (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    tag VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    asset_class_id UUID NOT NULL,
    in_service_on DATE NOT NULL,
    cost_amount NUMERIC(18, 4) NOT NULL,
    residual_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    opening_depreciation_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    life_months INTEGER NOT NULL,
    cost_centre_id UUID,
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    source VARCHAR(20),
    capitalized_on DATE,
    journal_entry_id UUID,
    invoice_id UUID,
    disposed_on DATE,
    proceeds_amount NUMERIC(18, 4),
    disposal_entry_id UUID,
    sales_invoice_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_assets PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_assets_tenant_id_company_id_tag UNIQUE (tenant_id, company_id, tag),
    CONSTRAINT ck_assets_state_known CHECK (state in ('draft', 'in_use', 'disposed')),
    CONSTRAINT ck_assets_source_known CHECK (source in ('clearing', 'opening', 'invoice')),
    CONSTRAINT ck_assets_cost_amount_positive CHECK (cost_amount > 0),
    CONSTRAINT ck_assets_residual_amount_not_negative CHECK (residual_amount >= 0),
    CONSTRAINT ck_assets_opening_depreciation_amount_not_negative CHECK (opening_depreciation_amount >= 0),
    CONSTRAINT ck_assets_life_months_positive CHECK (life_months > 0),
    CONSTRAINT ck_assets_state_told CHECK ((state = 'draft') = (capitalized_on is null) and (state = 'draft') = (journal_entry_id is null) and (state = 'draft') = (source is null) and (state = 'disposed') = (disposed_on is not null) and (state = 'disposed') = (disposal_entry_id is not null)),
    CONSTRAINT fk_assets_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_assets_tenant_id_asset_class_id FOREIGN KEY(tenant_id, asset_class_id) REFERENCES finance.asset_classes (tenant_id, id),
    CONSTRAINT fk_assets_tenant_id_cost_centre_id FOREIGN KEY(tenant_id, cost_centre_id) REFERENCES organization.cost_centres (tenant_id, id),
    CONSTRAINT fk_assets_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_assets_tenant_id_invoice_id FOREIGN KEY(tenant_id, invoice_id) REFERENCES finance.invoices (tenant_id, id),
    CONSTRAINT fk_assets_tenant_id_disposal_entry_id FOREIGN KEY(tenant_id, disposal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_assets_tenant_id_sales_invoice_id FOREIGN KEY(tenant_id, sales_invoice_id) REFERENCES finance.invoices (tenant_id, id)
);
-- statement
CREATE INDEX ix_assets_invoice_id ON finance.assets (tenant_id, invoice_id);
-- statement
CREATE INDEX ix_assets_row_xid ON finance.assets (row_xid);
-- statement
CREATE TABLE finance.installments (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    part_number INTEGER NOT NULL,
    due_on DATE NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    company_amount NUMERIC(18, 4) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_installments PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_installments_tenant_id_invoice_id_part_number UNIQUE (tenant_id, invoice_id, part_number),
    CONSTRAINT fk_installments_tenant_id_invoice_id FOREIGN KEY(tenant_id, invoice_id) REFERENCES finance.invoices (tenant_id, id)
);
-- statement
CREATE INDEX ix_installments_row_xid ON finance.installments (row_xid);
-- statement
CREATE TABLE finance.settlements (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    party_id UUID NOT NULL,
    invoice_id UUID,
    refund_id UUID,
    payment_id UUID,
    credit_note_id UUID,
    settled_on DATE NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    payment_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    payment_company_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    discount_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    write_off_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    company_amount NUMERIC(18, 4) NOT NULL,
    exchange_difference_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    journal_entry_id UUID,
    reverses_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_settlements PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_settlements_tenant_id_reverses_id UNIQUE (tenant_id, reverses_id),
    CONSTRAINT ck_settlements_one_target CHECK ((invoice_id is null) <> (refund_id is null)),
    CONSTRAINT ck_settlements_refund_of_one_source CHECK (refund_id is null or (payment_id is null) <> (credit_note_id is null)),
    CONSTRAINT fk_settlements_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_settlements_tenant_id_invoice_id FOREIGN KEY(tenant_id, invoice_id) REFERENCES finance.invoices (tenant_id, id),
    CONSTRAINT fk_settlements_tenant_id_refund_id FOREIGN KEY(tenant_id, refund_id) REFERENCES finance.payments (tenant_id, id),
    CONSTRAINT fk_settlements_tenant_id_payment_id FOREIGN KEY(tenant_id, payment_id) REFERENCES finance.payments (tenant_id, id),
    CONSTRAINT fk_settlements_tenant_id_credit_note_id FOREIGN KEY(tenant_id, credit_note_id) REFERENCES finance.invoices (tenant_id, id),
    CONSTRAINT fk_settlements_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_settlements_tenant_id_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES finance.settlements (tenant_id, id)
);
-- statement
CREATE INDEX ix_settlements_credit_note_id ON finance.settlements (tenant_id, credit_note_id);
-- statement
CREATE INDEX ix_settlements_invoice_id ON finance.settlements (tenant_id, invoice_id);
-- statement
CREATE INDEX ix_settlements_payment_id ON finance.settlements (tenant_id, payment_id);
-- statement
CREATE INDEX ix_settlements_refund_id ON finance.settlements (tenant_id, refund_id) WHERE refund_id is not null;
-- statement
CREATE INDEX ix_settlements_row_xid ON finance.settlements (row_xid);
-- statement
CREATE TABLE inventory.cost_layers (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    warehouse_id UUID NOT NULL,
    receipt_move_id UUID NOT NULL,
    received_on DATE NOT NULL,
    sequence BIGINT GENERATED ALWAYS AS IDENTITY,
    remaining_qty NUMERIC(20, 6) NOT NULL,
    remaining_amount NUMERIC(18, 4) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_cost_layers PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_cost_layers_tenant_id_receipt_move_id_warehouse_id UNIQUE (tenant_id, receipt_move_id, warehouse_id),
    CONSTRAINT ck_cost_layers_remaining_not_negative CHECK (remaining_qty >= 0),
    CONSTRAINT fk_cost_layers_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_cost_layers_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_cost_layers_tenant_id_receipt_move_id FOREIGN KEY(tenant_id, receipt_move_id) REFERENCES inventory.stock_moves (tenant_id, id)
);
-- statement
CREATE INDEX ix_cost_layers_open ON inventory.cost_layers (tenant_id, item_id, warehouse_id, received_on);
-- statement
CREATE TABLE inventory.lot_moves (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    move_id UUID NOT NULL,
    lot_id UUID NOT NULL,
    item_id UUID NOT NULL,
    location_id UUID NOT NULL,
    occurred_on DATE NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_lot_moves PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_lot_moves_tenant_id_move_id_lot_id UNIQUE (tenant_id, move_id, lot_id),
    CONSTRAINT ck_lot_moves_qty_not_zero CHECK (qty <> 0),
    CONSTRAINT fk_lot_moves_tenant_id_move_id FOREIGN KEY(tenant_id, move_id) REFERENCES inventory.stock_moves (tenant_id, id),
    CONSTRAINT fk_lot_moves_tenant_id_lot_id FOREIGN KEY(tenant_id, lot_id) REFERENCES inventory.lots (tenant_id, id),
    CONSTRAINT fk_lot_moves_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_lot_moves_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id)
);
-- statement
CREATE INDEX ix_lot_moves_item_id ON inventory.lot_moves (tenant_id, item_id, occurred_on);
-- statement
CREATE INDEX ix_lot_moves_lot_id ON inventory.lot_moves (tenant_id, lot_id, occurred_on);
-- statement
CREATE INDEX ix_lot_moves_row_xid ON inventory.lot_moves (row_xid);
-- statement
CREATE TABLE inventory.recostings (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    item_id UUID NOT NULL,
    from_on DATE NOT NULL,
    cause_move_id UUID NOT NULL,
    later_moves INTEGER NOT NULL,
    state VARCHAR(10) DEFAULT 'pending' NOT NULL,
    corrected_amount NUMERIC(18, 4),
    done_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_recostings PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_recostings_state_known CHECK (state in ('pending', 'done')),
    CONSTRAINT fk_recostings_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_recostings_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_recostings_tenant_id_cause_move_id FOREIGN KEY(tenant_id, cause_move_id) REFERENCES inventory.stock_moves (tenant_id, id)
);
-- statement
CREATE INDEX ix_recostings_row_xid ON inventory.recostings (row_xid);
-- statement
CREATE UNIQUE INDEX uq_recostings_pending ON inventory.recostings (tenant_id, company_id, item_id) WHERE state = 'pending';
-- statement
CREATE TABLE production.production_papers (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    order_id UUID NOT NULL,
    kind VARCHAR(20) NOT NULL,
    number VARCHAR(40),
    posted_on DATE NOT NULL,
    operation_id UUID,
    good_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    scrapped_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    scrap_reason_id UUID,
    labour_minutes NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    machine_minutes NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    work_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    journal_entry_id UUID,
    state VARCHAR(20) DEFAULT 'posted' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_production_papers PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_production_papers_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_production_papers_kind_known CHECK (kind in ('issue', 'report', 'receipt', 'closing')),
    CONSTRAINT fk_production_papers_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_production_papers_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES production.production_orders (tenant_id, id),
    CONSTRAINT fk_production_papers_tenant_id_operation_id FOREIGN KEY(tenant_id, operation_id) REFERENCES production.production_operations (tenant_id, id),
    CONSTRAINT fk_production_papers_tenant_id_scrap_reason_id FOREIGN KEY(tenant_id, scrap_reason_id) REFERENCES production.scrap_reasons (tenant_id, id),
    CONSTRAINT fk_production_papers_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);
-- statement
CREATE INDEX ix_production_papers_order_id ON production.production_papers (tenant_id, order_id);
-- statement
CREATE INDEX ix_production_papers_row_xid ON production.production_papers (row_xid);
-- statement
CREATE TABLE project.projects (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    code VARCHAR(40) NOT NULL,
    name VARCHAR(200) NOT NULL,
    company_id UUID NOT NULL,
    customer_id UUID,
    manager_id UUID,
    starts_on DATE NOT NULL,
    ends_on DATE,
    budget_amount NUMERIC(18, 4),
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_projects PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_projects_tenant_id_code UNIQUE (tenant_id, code),
    CONSTRAINT ck_projects_valid_range CHECK (ends_on is null or ends_on >= starts_on),
    CONSTRAINT ck_projects_budget_not_negative CHECK (budget_amount >= 0),
    CONSTRAINT fk_projects_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_projects_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES scm.customers (tenant_id, id),
    CONSTRAINT fk_projects_tenant_id_manager_id FOREIGN KEY(tenant_id, manager_id) REFERENCES organization.employees (tenant_id, id)
);
-- statement
CREATE INDEX ix_projects_row_xid ON project.projects (row_xid);
-- statement
CREATE TABLE purchase.purchase_receipts (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    kind VARCHAR(10) DEFAULT 'receipt' NOT NULL,
    number VARCHAR(40) NOT NULL,
    order_id UUID NOT NULL,
    supplier_id UUID NOT NULL,
    warehouse_id UUID NOT NULL,
    received_on DATE NOT NULL,
    state VARCHAR(20) DEFAULT 'posted' NOT NULL,
    journal_entry_id UUID,
    reverses_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_purchase_receipts PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_purchase_receipts_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT uq_purchase_receipts_tenant_id_reverses_id UNIQUE (tenant_id, reverses_id),
    CONSTRAINT ck_purchase_receipts_kind_known CHECK (kind in ('receipt', 'return')),
    CONSTRAINT fk_purchase_receipts_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_purchase_receipts_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES purchase.purchase_orders (tenant_id, id),
    CONSTRAINT fk_purchase_receipts_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id),
    CONSTRAINT fk_purchase_receipts_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_purchase_receipts_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_purchase_receipts_tenant_id_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES purchase.purchase_receipts (tenant_id, id)
);
-- statement
CREATE INDEX ix_purchase_receipts_order_id ON purchase.purchase_receipts (tenant_id, order_id);
-- statement
CREATE INDEX ix_purchase_receipts_row_xid ON purchase.purchase_receipts (row_xid);
-- statement
CREATE TABLE purchase.purchase_requisition_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    requisition_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID,
    qty NUMERIC(20, 6) NOT NULL,
    supplier_id UUID,
    unit_price NUMERIC(20, 6),
    needed_on DATE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_purchase_requisition_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_purchase_requisition_lines_qty_positive CHECK (qty > 0),
    CONSTRAINT ck_purchase_requisition_lines_unit_price_not_negative CHECK (unit_price >= 0),
    CONSTRAINT fk_purchase_requisition_lines_tenant_id_requisition_id FOREIGN KEY(tenant_id, requisition_id) REFERENCES purchase.purchase_requisitions (tenant_id, id),
    CONSTRAINT fk_purchase_requisition_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_purchase_requisition_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id),
    CONSTRAINT fk_purchase_requisition_lines_tenant_id_supplier_id FOREIGN KEY(tenant_id, supplier_id) REFERENCES scm.suppliers (tenant_id, id)
);
-- statement
CREATE INDEX ix_purchase_requisition_lines_requisition_id ON purchase.purchase_requisition_lines (tenant_id, requisition_id);
-- statement
CREATE INDEX ix_purchase_requisition_lines_row_xid ON purchase.purchase_requisition_lines (row_xid);
-- statement
CREATE TABLE report.deliveries (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    key VARCHAR(200) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    channel VARCHAR(10) NOT NULL,
    subscription_id UUID,
    recipient_id UUID,
    breach_id UUID,
    user_id UUID,
    endpoint_id UUID,
    address VARCHAR(320),
    period VARCHAR(40),
    facts JSONB DEFAULT '{}' NOT NULL,
    state VARCHAR(12) DEFAULT 'waiting' NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE NOT NULL,
    claimed_until TIMESTAMP WITH TIME ZONE,
    message_id VARCHAR(200),
    data_version VARCHAR(80),
    loaded_at TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE,
    reason VARCHAR(1000),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_deliveries PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_deliveries_tenant_id_key UNIQUE (tenant_id, key),
    CONSTRAINT ck_deliveries_kind_known CHECK (kind in ('report', 'late', 'alert', 'escalation', 'recovery', 'document')),
    CONSTRAINT ck_deliveries_channel_known CHECK (channel in ('mail', 'in_app', 'webhook')),
    CONSTRAINT ck_deliveries_state_known CHECK (state in ('waiting', 'claimed', 'sending', 'sent', 'unconfirmed', 'skipped', 'failed')),
    CONSTRAINT fk_deliveries_tenant_id_subscription_id FOREIGN KEY(tenant_id, subscription_id) REFERENCES report.subscriptions (tenant_id, id),
    CONSTRAINT fk_deliveries_tenant_id_recipient_id FOREIGN KEY(tenant_id, recipient_id) REFERENCES report.subscription_recipients (tenant_id, id),
    CONSTRAINT fk_deliveries_tenant_id_breach_id FOREIGN KEY(tenant_id, breach_id) REFERENCES report.alert_breaches (tenant_id, id),
    CONSTRAINT fk_deliveries_tenant_id_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES identity.users (tenant_id, id),
    CONSTRAINT fk_deliveries_tenant_id_endpoint_id FOREIGN KEY(tenant_id, endpoint_id) REFERENCES report.webhook_endpoints (tenant_id, id)
);
-- statement
CREATE INDEX ix_deliveries_row_xid ON report.deliveries (row_xid);
-- statement
CREATE INDEX ix_deliveries_state ON report.deliveries (tenant_id, state, next_try_at);
-- statement
CREATE INDEX ix_deliveries_subscription_id ON report.deliveries (tenant_id, subscription_id);
-- statement
CREATE TABLE sales.quotations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40) NOT NULL,
    customer_id UUID NOT NULL,
    quoted_on DATE NOT NULL,
    valid_until DATE NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    salesperson_id UUID,
    net_amount NUMERIC(18, 4) NOT NULL,
    tax_amount NUMERIC(18, 4) NOT NULL,
    total_amount NUMERIC(18, 4) NOT NULL,
    state VARCHAR(20) DEFAULT 'open' NOT NULL,
    order_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_quotations PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_quotations_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_quotations_state_known CHECK (state in ('open', 'confirmed', 'cancelled')),
    CONSTRAINT fk_quotations_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_quotations_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES scm.customers (tenant_id, id),
    CONSTRAINT fk_quotations_tenant_id_salesperson_id FOREIGN KEY(tenant_id, salesperson_id) REFERENCES organization.employees (tenant_id, id)
);
-- statement
CREATE INDEX ix_quotations_row_xid ON sales.quotations (row_xid);
-- statement
CREATE TABLE scm.customer_grades (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    graded_on DATE NOT NULL,
    grade VARCHAR(1) NOT NULL,
    inputs JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_customer_grades PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_customer_grades_tenant_id_customer_id_graded_on UNIQUE (tenant_id, customer_id, graded_on),
    CONSTRAINT fk_customer_grades_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES scm.customers (tenant_id, id)
);
-- statement
CREATE INDEX ix_customer_grades_row_xid ON scm.customer_grades (row_xid);
-- statement
CREATE TABLE watch.held_invoices (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    is_blocking BOOLEAN NOT NULL,
    is_released BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_held_invoices PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_held_invoices_tenant_id_incident_id_invoice_id UNIQUE (tenant_id, incident_id, invoice_id),
    CONSTRAINT fk_held_invoices_tenant_id_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES watch.incidents (tenant_id, id),
    CONSTRAINT fk_held_invoices_tenant_id_invoice_id FOREIGN KEY(tenant_id, invoice_id) REFERENCES finance.invoices (tenant_id, id)
);
-- statement
CREATE INDEX ix_held_invoices_invoice_id ON watch.held_invoices (tenant_id, invoice_id);
-- statement
CREATE INDEX ix_held_invoices_row_xid ON watch.held_invoices (row_xid);
-- statement
CREATE TABLE finance.depreciations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    asset_id UUID NOT NULL,
    period_id UUID NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    journal_entry_id UUID NOT NULL,
    state VARCHAR(20) DEFAULT 'posted' NOT NULL,
    reverses_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_depreciations PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_depreciations_tenant_id_reverses_id UNIQUE (tenant_id, reverses_id),
    CONSTRAINT ck_depreciations_state_known CHECK (state in ('posted', 'cancelled')),
    CONSTRAINT fk_depreciations_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_depreciations_tenant_id_asset_id FOREIGN KEY(tenant_id, asset_id) REFERENCES finance.assets (tenant_id, id),
    CONSTRAINT fk_depreciations_tenant_id_period_id FOREIGN KEY(tenant_id, period_id) REFERENCES ledger.periods (tenant_id, id),
    CONSTRAINT fk_depreciations_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_depreciations_tenant_id_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES finance.depreciations (tenant_id, id)
);
-- statement
CREATE INDEX ix_depreciations_row_xid ON finance.depreciations (row_xid);
-- statement
CREATE UNIQUE INDEX uq_depreciations_posted ON finance.depreciations (tenant_id, asset_id, period_id) WHERE state = 'posted';
-- statement
CREATE TABLE finance.invoice_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    item_id UUID,
    account_id UUID,
    description VARCHAR(300),
    unit_id UUID,
    qty NUMERIC(20, 6) NOT NULL,
    unit_price NUMERIC(20, 6) NOT NULL,
    discount_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    discount_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    net_amount NUMERIC(18, 4) NOT NULL,
    tax_code_id UUID,
    tax_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    company_net_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    company_cost_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    warehouse_id UUID,
    cost_centre_id UUID,
    project_id UUID,
    order_line_id UUID,
    delivery_line_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_invoice_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_invoice_lines_tenant_id_invoice_id FOREIGN KEY(tenant_id, invoice_id) REFERENCES finance.invoices (tenant_id, id),
    CONSTRAINT fk_invoice_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_invoice_lines_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_invoice_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id),
    CONSTRAINT fk_invoice_lines_tenant_id_tax_code_id FOREIGN KEY(tenant_id, tax_code_id) REFERENCES finance.tax_codes (tenant_id, id),
    CONSTRAINT fk_invoice_lines_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_invoice_lines_tenant_id_cost_centre_id FOREIGN KEY(tenant_id, cost_centre_id) REFERENCES organization.cost_centres (tenant_id, id),
    CONSTRAINT fk_invoice_lines_tenant_id_project_id FOREIGN KEY(tenant_id, project_id) REFERENCES project.projects (tenant_id, id)
);
-- statement
CREATE INDEX ix_invoice_lines_invoice_id ON finance.invoice_lines (tenant_id, invoice_id);
-- statement
CREATE INDEX ix_invoice_lines_order_line_id ON finance.invoice_lines (tenant_id, order_line_id);
-- statement
CREATE INDEX ix_invoice_lines_row_xid ON finance.invoice_lines (row_xid);
-- statement
CREATE TABLE inventory.stock_documents (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    kind VARCHAR(20) NOT NULL,
    number VARCHAR(40),
    document_on DATE NOT NULL,
    warehouse_id UUID NOT NULL,
    to_warehouse_id UUID,
    arrived_on DATE,
    reason VARCHAR(300),
    reason_id UUID,
    account_id UUID,
    has_transit BOOLEAN DEFAULT false NOT NULL,
    cost_centre_id UUID,
    project_id UUID,
    external_ref VARCHAR(80),
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE,
    submitted_by UUID,
    approved_by UUID,
    budget_warning VARCHAR(500),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_stock_documents PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_stock_documents_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_stock_documents_kind_known CHECK (kind in ('opening', 'adjustment', 'issue', 'transfer', 'production_receipt')),
    CONSTRAINT fk_stock_documents_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_stock_documents_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_stock_documents_tenant_id_to_warehouse_id FOREIGN KEY(tenant_id, to_warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_stock_documents_tenant_id_reason_id FOREIGN KEY(tenant_id, reason_id) REFERENCES inventory.adjustment_reasons (tenant_id, id),
    CONSTRAINT fk_stock_documents_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_stock_documents_tenant_id_cost_centre_id FOREIGN KEY(tenant_id, cost_centre_id) REFERENCES organization.cost_centres (tenant_id, id),
    CONSTRAINT fk_stock_documents_tenant_id_project_id FOREIGN KEY(tenant_id, project_id) REFERENCES project.projects (tenant_id, id)
);
-- statement
CREATE INDEX ix_stock_documents_row_xid ON inventory.stock_documents (row_xid);
-- statement
CREATE TABLE ledger.manual_entry_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    manual_entry_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    account_id UUID NOT NULL,
    debit_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    credit_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    currency_code VARCHAR(3) NOT NULL,
    cost_centre_id UUID,
    project_id UUID,
    description VARCHAR(300),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_manual_entry_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_manual_entry_lines_tenant_id_manual_entry_id FOREIGN KEY(tenant_id, manual_entry_id) REFERENCES ledger.manual_entries (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_manual_entry_lines_debit_not_negative CHECK (debit_amount >= 0),
    CONSTRAINT ck_manual_entry_lines_credit_not_negative CHECK (credit_amount >= 0),
    CONSTRAINT fk_manual_entry_lines_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_manual_entry_lines_tenant_id_cost_centre_id FOREIGN KEY(tenant_id, cost_centre_id) REFERENCES organization.cost_centres (tenant_id, id),
    CONSTRAINT fk_manual_entry_lines_tenant_id_project_id FOREIGN KEY(tenant_id, project_id) REFERENCES project.projects (tenant_id, id)
);
-- statement
CREATE INDEX ix_manual_entry_lines_row_xid ON ledger.manual_entry_lines (row_xid);
-- statement
CREATE TABLE production.production_paper_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    paper_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    component_id UUID,
    item_id UUID NOT NULL,
    location_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    value_amount NUMERIC(18, 4),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_production_paper_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_production_paper_lines_qty_positive CHECK (qty > 0),
    CONSTRAINT fk_production_paper_lines_tenant_id_paper_id FOREIGN KEY(tenant_id, paper_id) REFERENCES production.production_papers (tenant_id, id),
    CONSTRAINT fk_production_paper_lines_tenant_id_component_id FOREIGN KEY(tenant_id, component_id) REFERENCES production.production_components (tenant_id, id),
    CONSTRAINT fk_production_paper_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_production_paper_lines_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id)
);
-- statement
CREATE INDEX ix_production_paper_lines_paper_id ON production.production_paper_lines (tenant_id, paper_id);
-- statement
CREATE INDEX ix_production_paper_lines_row_xid ON production.production_paper_lines (row_xid);
-- statement
CREATE TABLE purchase.supplier_quotation_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    quotation_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID,
    qty NUMERIC(20, 6) NOT NULL,
    min_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    unit_price NUMERIC(20, 6) NOT NULL,
    discount_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    promised_on DATE,
    requisition_line_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_supplier_quotation_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_supplier_quotation_lines_qty_positive CHECK (qty > 0),
    CONSTRAINT ck_supplier_quotation_lines_unit_price_not_negative CHECK (unit_price >= 0),
    CONSTRAINT ck_supplier_quotation_lines_min_qty_not_negative CHECK (min_qty >= 0),
    CONSTRAINT fk_supplier_quotation_lines_tenant_id_quotation_id FOREIGN KEY(tenant_id, quotation_id) REFERENCES purchase.supplier_quotations (tenant_id, id),
    CONSTRAINT fk_supplier_quotation_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_supplier_quotation_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id),
    CONSTRAINT fk_supplier_quotation_lines_tenant_id_requisition_line_id FOREIGN KEY(tenant_id, requisition_line_id) REFERENCES purchase.purchase_requisition_lines (tenant_id, id)
);
-- statement
CREATE INDEX ix_supplier_quotation_lines_quotation_id ON purchase.supplier_quotation_lines (tenant_id, quotation_id);
-- statement
CREATE INDEX ix_supplier_quotation_lines_row_xid ON purchase.supplier_quotation_lines (row_xid);
-- statement
CREATE TABLE report.notices (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    delivery_id UUID NOT NULL,
    title VARCHAR(300) NOT NULL,
    body VARCHAR(4000) NOT NULL,
    link VARCHAR(2000),
    read_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_notices PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_notices_tenant_id_delivery_id UNIQUE (tenant_id, delivery_id),
    CONSTRAINT fk_notices_tenant_id_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES identity.users (tenant_id, id),
    CONSTRAINT fk_notices_tenant_id_delivery_id FOREIGN KEY(tenant_id, delivery_id) REFERENCES report.deliveries (tenant_id, id)
);
-- statement
CREATE INDEX ix_notices_row_xid ON report.notices (row_xid);
-- statement
CREATE INDEX ix_notices_user_id ON report.notices (tenant_id, user_id, id);
-- statement
CREATE TABLE sales.quotation_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    quotation_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    unit_price NUMERIC(20, 6) NOT NULL,
    price_source VARCHAR(120) NOT NULL,
    discount_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    discount_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    net_amount NUMERIC(18, 4) NOT NULL,
    tax_code_id UUID,
    tax_amount NUMERIC(18, 4) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_quotation_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_quotation_lines_tenant_id_quotation_id FOREIGN KEY(tenant_id, quotation_id) REFERENCES sales.quotations (tenant_id, id),
    CONSTRAINT fk_quotation_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_quotation_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id),
    CONSTRAINT fk_quotation_lines_tenant_id_tax_code_id FOREIGN KEY(tenant_id, tax_code_id) REFERENCES finance.tax_codes (tenant_id, id)
);
-- statement
CREATE INDEX ix_quotation_lines_quotation_id ON sales.quotation_lines (tenant_id, quotation_id);
-- statement
CREATE INDEX ix_quotation_lines_row_xid ON sales.quotation_lines (row_xid);
-- statement
CREATE TABLE sales.sales_orders (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40) NOT NULL,
    customer_id UUID NOT NULL,
    ordered_on DATE NOT NULL,
    promised_on DATE,
    warehouse_id UUID NOT NULL,
    region_id UUID,
    salesperson_id UUID,
    customer_category_id UUID,
    unit_id UUID,
    project_id UUID,
    payment_term_id UUID,
    currency_code VARCHAR(3) NOT NULL,
    exchange_rate NUMERIC(20, 10) DEFAULT 1 NOT NULL,
    customer_reference VARCHAR(80),
    external_ref VARCHAR(80),
    channel VARCHAR(20),
    ship_method_id UUID,
    payment_currency_code VARCHAR(3),
    ship_to_state VARCHAR(120),
    net_amount NUMERIC(18, 4) NOT NULL,
    freight_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    freight_tax_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    freight_tax_code_id UUID,
    tax_amount NUMERIC(18, 4) NOT NULL,
    total_amount NUMERIC(18, 4) NOT NULL,
    company_net_amount NUMERIC(18, 4) NOT NULL,
    state VARCHAR(20) DEFAULT 'draft' NOT NULL,
    quotation_id UUID,
    revision INTEGER DEFAULT 1 NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_sales_orders PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_sales_orders_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT ck_sales_orders_state_known CHECK (state in ('draft', 'confirmed', 'closed', 'cancelled')),
    CONSTRAINT fk_sales_orders_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES scm.customers (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_region_id FOREIGN KEY(tenant_id, region_id) REFERENCES scm.regions (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_salesperson_id FOREIGN KEY(tenant_id, salesperson_id) REFERENCES organization.employees (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_customer_category_id FOREIGN KEY(tenant_id, customer_category_id) REFERENCES scm.customer_categories (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES organization.units (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_project_id FOREIGN KEY(tenant_id, project_id) REFERENCES project.projects (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_payment_term_id FOREIGN KEY(tenant_id, payment_term_id) REFERENCES scm.payment_terms (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_ship_method_id FOREIGN KEY(tenant_id, ship_method_id) REFERENCES scm.ship_methods (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_freight_tax_code_id FOREIGN KEY(tenant_id, freight_tax_code_id) REFERENCES finance.tax_codes (tenant_id, id),
    CONSTRAINT fk_sales_orders_tenant_id_quotation_id FOREIGN KEY(tenant_id, quotation_id) REFERENCES sales.quotations (tenant_id, id)
);
-- statement
CREATE INDEX ix_sales_orders_customer_id ON sales.sales_orders (tenant_id, customer_id);
-- statement
CREATE INDEX ix_sales_orders_row_xid ON sales.sales_orders (row_xid);
-- statement
CREATE TABLE inventory.stock_document_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    document_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    location_id UUID,
    to_location_id UUID,
    qty NUMERIC(20, 6) NOT NULL,
    unit_cost NUMERIC(20, 6),
    value_amount NUMERIC(18, 4),
    batches JSONB DEFAULT '[]' NOT NULL,
    serials JSONB DEFAULT '[]' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_stock_document_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_stock_document_lines_tenant_id_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES inventory.stock_documents (tenant_id, id),
    CONSTRAINT fk_stock_document_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_stock_document_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id),
    CONSTRAINT fk_stock_document_lines_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id),
    CONSTRAINT fk_stock_document_lines_tenant_id_to_location_id FOREIGN KEY(tenant_id, to_location_id) REFERENCES inventory.locations (tenant_id, id)
);
-- statement
CREATE INDEX ix_stock_document_lines_document_id ON inventory.stock_document_lines (tenant_id, document_id);
-- statement
CREATE INDEX ix_stock_document_lines_row_xid ON inventory.stock_document_lines (row_xid);
-- statement
CREATE TABLE purchase.purchase_order_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    stock_qty NUMERIC(20, 6) NOT NULL,
    unit_price NUMERIC(20, 6) NOT NULL,
    price_source VARCHAR(120) NOT NULL,
    net_amount NUMERIC(18, 4) NOT NULL,
    tax_code_id UUID,
    tax_amount NUMERIC(18, 4) NOT NULL,
    company_net_amount NUMERIC(18, 4) NOT NULL,
    account_id UUID,
    cost_centre_id UUID,
    project_id UUID,
    promised_on DATE,
    requisition_line_id UUID,
    quotation_line_id UUID,
    contract_line_id UUID,
    approved_qty NUMERIC(20, 6),
    approved_unit_price NUMERIC(20, 6),
    stated_received_qty NUMERIC(20, 6),
    stated_rejected_qty NUMERIC(20, 6),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_purchase_order_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_purchase_order_lines_qty_positive CHECK (qty > 0),
    CONSTRAINT fk_purchase_order_lines_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES purchase.purchase_orders (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_tax_code_id FOREIGN KEY(tenant_id, tax_code_id) REFERENCES finance.tax_codes (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES ledger.accounts (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_cost_centre_id FOREIGN KEY(tenant_id, cost_centre_id) REFERENCES organization.cost_centres (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_project_id FOREIGN KEY(tenant_id, project_id) REFERENCES project.projects (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_requisition_line_id FOREIGN KEY(tenant_id, requisition_line_id) REFERENCES purchase.purchase_requisition_lines (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_quotation_line_id FOREIGN KEY(tenant_id, quotation_line_id) REFERENCES purchase.supplier_quotation_lines (tenant_id, id),
    CONSTRAINT fk_purchase_order_lines_tenant_id_contract_line_id FOREIGN KEY(tenant_id, contract_line_id) REFERENCES purchase.purchase_contract_lines (tenant_id, id)
);
-- statement
CREATE INDEX ix_purchase_order_lines_contract_line_id ON purchase.purchase_order_lines (tenant_id, contract_line_id) WHERE contract_line_id is not null;
-- statement
CREATE INDEX ix_purchase_order_lines_order_id ON purchase.purchase_order_lines (tenant_id, order_id);
-- statement
CREATE INDEX ix_purchase_order_lines_requisition_line_id ON purchase.purchase_order_lines (tenant_id, requisition_line_id) WHERE requisition_line_id is not null;
-- statement
CREATE INDEX ix_purchase_order_lines_row_xid ON purchase.purchase_order_lines (row_xid);
-- statement
CREATE TABLE sales.deliveries (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    kind VARCHAR(10) DEFAULT 'delivery' NOT NULL,
    number VARCHAR(40) NOT NULL,
    order_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    warehouse_id UUID NOT NULL,
    delivered_on DATE NOT NULL,
    tracking_number VARCHAR(80),
    return_request_id UUID,
    journal_entry_id UUID,
    state VARCHAR(20) DEFAULT 'posted' NOT NULL,
    reverses_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_deliveries PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_deliveries_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT uq_deliveries_tenant_id_reverses_id UNIQUE (tenant_id, reverses_id),
    CONSTRAINT ck_deliveries_kind_known CHECK (kind in ('delivery', 'return')),
    CONSTRAINT fk_deliveries_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_deliveries_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES sales.sales_orders (tenant_id, id),
    CONSTRAINT fk_deliveries_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES scm.customers (tenant_id, id),
    CONSTRAINT fk_deliveries_tenant_id_warehouse_id FOREIGN KEY(tenant_id, warehouse_id) REFERENCES inventory.warehouses (tenant_id, id),
    CONSTRAINT fk_deliveries_tenant_id_journal_entry_id FOREIGN KEY(tenant_id, journal_entry_id) REFERENCES ledger.journal_entries (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_deliveries_tenant_id_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES sales.deliveries (tenant_id, id)
);
-- statement
CREATE INDEX ix_deliveries_order_id ON sales.deliveries (tenant_id, order_id);
-- statement
CREATE INDEX ix_deliveries_row_xid ON sales.deliveries (row_xid);
-- statement
CREATE TABLE sales.order_reasons (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    reason_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_order_reasons PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_order_reasons_tenant_id_order_id_reason_id UNIQUE (tenant_id, order_id, reason_id),
    CONSTRAINT fk_order_reasons_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES sales.sales_orders (tenant_id, id),
    CONSTRAINT fk_order_reasons_tenant_id_reason_id FOREIGN KEY(tenant_id, reason_id) REFERENCES sales.sales_reasons (tenant_id, id)
);
-- statement
CREATE INDEX ix_order_reasons_row_xid ON sales.order_reasons (row_xid);
-- statement
CREATE TABLE sales.return_requests (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    number VARCHAR(40) NOT NULL,
    order_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    requested_on DATE NOT NULL,
    reason VARCHAR(300) NOT NULL,
    state VARCHAR(20) DEFAULT 'requested' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_return_requests PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_return_requests_tenant_id_company_id_number UNIQUE (tenant_id, company_id, number),
    CONSTRAINT fk_return_requests_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_return_requests_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES sales.sales_orders (tenant_id, id),
    CONSTRAINT fk_return_requests_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES scm.customers (tenant_id, id)
);
-- statement
CREATE INDEX ix_return_requests_row_xid ON sales.return_requests (row_xid);
-- statement
CREATE TABLE sales.sales_order_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    item_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    stock_qty NUMERIC(20, 6) NOT NULL,
    unit_price NUMERIC(20, 6) NOT NULL,
    price_source VARCHAR(120) NOT NULL,
    discount_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    discount_amount NUMERIC(18, 4) DEFAULT 0 NOT NULL,
    net_amount NUMERIC(18, 4) NOT NULL,
    tax_code_id UUID,
    tax_amount NUMERIC(18, 4) NOT NULL,
    company_net_amount NUMERIC(18, 4) NOT NULL,
    promised_on DATE,
    offer_id UUID,
    over_delivery_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    under_delivery_share NUMERIC(20, 10) DEFAULT 0 NOT NULL,
    is_closed BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_sales_order_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_sales_order_lines_qty_not_negative CHECK (qty >= 0),
    CONSTRAINT ck_sales_order_lines_over_delivery_share_not_negative CHECK (over_delivery_share >= 0),
    CONSTRAINT ck_sales_order_lines_under_delivery_share_not_negative CHECK (under_delivery_share >= 0),
    CONSTRAINT fk_sales_order_lines_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES sales.sales_orders (tenant_id, id),
    CONSTRAINT fk_sales_order_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_sales_order_lines_tenant_id_unit_id FOREIGN KEY(tenant_id, unit_id) REFERENCES catalog.units_of_measure (tenant_id, id),
    CONSTRAINT fk_sales_order_lines_tenant_id_tax_code_id FOREIGN KEY(tenant_id, tax_code_id) REFERENCES finance.tax_codes (tenant_id, id),
    CONSTRAINT fk_sales_order_lines_tenant_id_offer_id FOREIGN KEY(tenant_id, offer_id) REFERENCES sales.offers (tenant_id, id)
);
-- statement
CREATE INDEX ix_sales_order_lines_closed ON sales.sales_order_lines (tenant_id, order_id) WHERE is_closed;
-- statement
CREATE INDEX ix_sales_order_lines_order_id ON sales.sales_order_lines (tenant_id, order_id);
-- statement
CREATE INDEX ix_sales_order_lines_row_xid ON sales.sales_order_lines (row_xid);
-- statement
CREATE TABLE purchase.purchase_receipt_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    receipt_id UUID NOT NULL,
    order_id UUID NOT NULL,
    order_line_id UUID NOT NULL,
    item_id UUID NOT NULL,
    location_id UUID NOT NULL,
    arrived_qty NUMERIC(20, 6) NOT NULL,
    accepted_qty NUMERIC(20, 6) NOT NULL,
    rejected_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    quarantined_qty NUMERIC(20, 6) DEFAULT 0 NOT NULL,
    stock_qty NUMERIC(20, 6) NOT NULL,
    value_amount NUMERIC(18, 4) NOT NULL,
    reject_reason VARCHAR(300),
    inspection_plan_id UUID,
    returned_line_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_purchase_receipt_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_purchase_receipt_lines_parts_add_up CHECK (arrived_qty = accepted_qty + rejected_qty + quarantined_qty),
    CONSTRAINT fk_purchase_receipt_lines_tenant_id_receipt_id FOREIGN KEY(tenant_id, receipt_id) REFERENCES purchase.purchase_receipts (tenant_id, id),
    CONSTRAINT fk_purchase_receipt_lines_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES purchase.purchase_orders (tenant_id, id),
    CONSTRAINT fk_purchase_receipt_lines_tenant_id_order_line_id FOREIGN KEY(tenant_id, order_line_id) REFERENCES purchase.purchase_order_lines (tenant_id, id),
    CONSTRAINT fk_purchase_receipt_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_purchase_receipt_lines_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id),
    CONSTRAINT fk_purchase_receipt_lines_tenant_id_inspection_plan_id FOREIGN KEY(tenant_id, inspection_plan_id) REFERENCES purchase.inspection_plans (tenant_id, id),
    CONSTRAINT fk_purchase_receipt_lines_tenant_id_returned_line_id FOREIGN KEY(tenant_id, returned_line_id) REFERENCES purchase.purchase_receipt_lines (tenant_id, id)
);
-- statement
CREATE INDEX ix_purchase_receipt_lines_order_line_id ON purchase.purchase_receipt_lines (tenant_id, order_line_id);
-- statement
CREATE INDEX ix_purchase_receipt_lines_receipt_id ON purchase.purchase_receipt_lines (tenant_id, receipt_id);
-- statement
CREATE INDEX ix_purchase_receipt_lines_row_xid ON purchase.purchase_receipt_lines (row_xid);
-- statement
CREATE TABLE sales.delivery_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    delivery_id UUID NOT NULL,
    order_id UUID NOT NULL,
    order_line_id UUID NOT NULL,
    item_id UUID NOT NULL,
    location_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    stock_qty NUMERIC(20, 6) NOT NULL,
    cost_amount NUMERIC(18, 4) NOT NULL,
    returned_line_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_delivery_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT ck_delivery_lines_stock_qty_not_zero CHECK (stock_qty <> 0),
    CONSTRAINT fk_delivery_lines_tenant_id_delivery_id FOREIGN KEY(tenant_id, delivery_id) REFERENCES sales.deliveries (tenant_id, id),
    CONSTRAINT fk_delivery_lines_tenant_id_order_id FOREIGN KEY(tenant_id, order_id) REFERENCES sales.sales_orders (tenant_id, id),
    CONSTRAINT fk_delivery_lines_tenant_id_order_line_id FOREIGN KEY(tenant_id, order_line_id) REFERENCES sales.sales_order_lines (tenant_id, id),
    CONSTRAINT fk_delivery_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id),
    CONSTRAINT fk_delivery_lines_tenant_id_location_id FOREIGN KEY(tenant_id, location_id) REFERENCES inventory.locations (tenant_id, id),
    CONSTRAINT fk_delivery_lines_tenant_id_returned_line_id FOREIGN KEY(tenant_id, returned_line_id) REFERENCES sales.delivery_lines (tenant_id, id)
);
-- statement
CREATE INDEX ix_delivery_lines_delivery_id ON sales.delivery_lines (tenant_id, delivery_id);
-- statement
CREATE INDEX ix_delivery_lines_order_line_id ON sales.delivery_lines (tenant_id, order_line_id);
-- statement
CREATE INDEX ix_delivery_lines_row_xid ON sales.delivery_lines (row_xid);
-- statement
CREATE TABLE purchase.goods_inspections (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    company_id UUID NOT NULL,
    receipt_line_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    inspected_on DATE NOT NULL,
    accepted_qty NUMERIC(20, 6) NOT NULL,
    rejected_qty NUMERIC(20, 6) NOT NULL,
    sample_qty NUMERIC(20, 6) NOT NULL,
    defect_qty NUMERIC(20, 6) NOT NULL,
    results JSONB NOT NULL,
    is_passed BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_goods_inspections PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_goods_inspections_tenant_id_company_id FOREIGN KEY(tenant_id, company_id) REFERENCES organization.companies (tenant_id, id),
    CONSTRAINT fk_goods_inspections_tenant_id_receipt_line_id FOREIGN KEY(tenant_id, receipt_line_id) REFERENCES purchase.purchase_receipt_lines (tenant_id, id),
    CONSTRAINT fk_goods_inspections_tenant_id_plan_id FOREIGN KEY(tenant_id, plan_id) REFERENCES purchase.inspection_plans (tenant_id, id)
);
-- statement
CREATE INDEX ix_goods_inspections_receipt_line_id ON purchase.goods_inspections (tenant_id, receipt_line_id);
-- statement
CREATE INDEX ix_goods_inspections_row_xid ON purchase.goods_inspections (row_xid);
-- statement
CREATE TABLE purchase.landed_cost_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    landed_cost_id UUID NOT NULL,
    line_number INTEGER NOT NULL,
    receipt_line_id UUID NOT NULL,
    item_id UUID NOT NULL,
    amount NUMERIC(18, 4) NOT NULL,
    inventory_amount NUMERIC(18, 4) NOT NULL,
    expense_amount NUMERIC(18, 4) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_landed_cost_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_landed_cost_lines_tenant_id_landed_cost_id FOREIGN KEY(tenant_id, landed_cost_id) REFERENCES purchase.landed_costs (tenant_id, id),
    CONSTRAINT fk_landed_cost_lines_tenant_id_receipt_line_id FOREIGN KEY(tenant_id, receipt_line_id) REFERENCES purchase.purchase_receipt_lines (tenant_id, id),
    CONSTRAINT fk_landed_cost_lines_tenant_id_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES catalog.items (tenant_id, id)
);
-- statement
CREATE INDEX ix_landed_cost_lines_landed_cost_id ON purchase.landed_cost_lines (tenant_id, landed_cost_id);
-- statement
CREATE INDEX ix_landed_cost_lines_receipt_line_id ON purchase.landed_cost_lines (tenant_id, receipt_line_id);
-- statement
CREATE INDEX ix_landed_cost_lines_row_xid ON purchase.landed_cost_lines (row_xid);
-- statement
CREATE TABLE sales.return_request_lines (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    request_id UUID NOT NULL,
    delivery_line_id UUID NOT NULL,
    qty NUMERIC(20, 6) NOT NULL,
    reason VARCHAR(300),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    version INTEGER DEFAULT 1 NOT NULL,
    row_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_return_request_lines PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_return_request_lines_tenant_id_request_id FOREIGN KEY(tenant_id, request_id) REFERENCES sales.return_requests (tenant_id, id),
    CONSTRAINT fk_return_request_lines_tenant_id_delivery_line_id FOREIGN KEY(tenant_id, delivery_line_id) REFERENCES sales.delivery_lines (tenant_id, id)
);
-- statement
CREATE INDEX ix_return_request_lines_request_id ON sales.return_request_lines (tenant_id, request_id);
-- statement
CREATE INDEX ix_return_request_lines_row_xid ON sales.return_request_lines (row_xid);
-- statement
create or replace function kernel.refresh_row_xid() returns trigger language plpgsql as $$
begin
    new.row_xid := pg_current_xact_id();
    return new;
end $$;
-- statement
create or replace function kernel.refuse_change() returns trigger language plpgsql as $$
begin
    -- Only the functions that erase get here with this set: nobody else has the right to update such a table at all.
    if tg_op = 'UPDATE' and tg_table_name not in ('journal_entries', 'journal_lines', 'stock_moves')
        and current_setting('app.erasing', true) = 'on' then
        return null;
    end if;
    raise exception 'rows of % are written once and never changed', tg_table_name using errcode = 'restrict_violation';
end $$;
-- statement
create or replace function kernel.audit_insert() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.audit_log (tenant_id, table_name, row_id, action, after, user_id, channel, trace_id)
    select tenant_id, tg_table_schema || '.' || tg_table_name, id, 'insert', to_jsonb(new_rows) - 'row_xid',
        nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.channel', true), ''),
        nullif(current_setting('app.trace_id', true), '')
    from new_rows;
    return null;
end $$;
-- statement
create or replace function kernel.audit_update() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.audit_log (tenant_id, table_name, row_id, action, before, after, user_id, channel, trace_id)
    select new_rows.tenant_id, tg_table_schema || '.' || tg_table_name, new_rows.id, 'update',
        to_jsonb(old_rows) - 'row_xid', to_jsonb(new_rows) - 'row_xid',
        nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.channel', true), ''),
        nullif(current_setting('app.trace_id', true), '')
    from new_rows inner join old_rows on old_rows.tenant_id = new_rows.tenant_id and old_rows.id = new_rows.id;
    return null;
end $$;
-- statement
create or replace function kernel.audit_delete() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.audit_log (tenant_id, table_name, row_id, action, before, user_id, channel, trace_id)
    select tenant_id, tg_table_schema || '.' || tg_table_name, id, 'delete', to_jsonb(old_rows) - 'row_xid',
        nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.channel', true), ''),
        nullif(current_setting('app.trace_id', true), '')
    from old_rows;
    return null;
end $$;
-- statement
create or replace function kernel.note(noted_action text, noted_table text, noted_row uuid, facts jsonb) returns void
language sql security definer set search_path = pg_catalog as $$
    insert into kernel.audit_log (tenant_id, table_name, row_id, action, after, user_id, channel, trace_id)
    values (
        nullif(current_setting('app.tenant_id', true), '')::uuid, noted_table, noted_row, noted_action, facts,
        nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.channel', true), ''),
        nullif(current_setting('app.trace_id', true), '')
    )
$$;
-- statement
create or replace function kernel.leave_tombstone() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.tombstones (tenant_id, table_name, row_id)
    select tenant_id, tg_table_schema || '.' || tg_table_name, id from old_rows;
    return null;
end $$;
-- statement
create or replace function kernel.replace_texts(
    target regclass, tenant uuid, pattern text, replacement text, rows_only uuid[]
) returns bigint language plpgsql set search_path = pg_catalog as $$
declare
    changes text;
    conditions text;
    key text;
    changed bigint;
begin
    select
        string_agg(format('%1$I = %2$s', attname, made), ', ' order by attnum),
        string_agg(format('%1$I::text ~* $2', attname), ' or ' order by attnum)
    into changes, conditions
    from (
        select attname, attnum, case
            when typname = 'varchar' and atttypmod > 4
                then format('left(regexp_replace(%I, $2, $3, ''gi''), %s)', attname, atttypmod - 4)
            else format('regexp_replace(%I::text, $2, $3, ''gi'')::%s', attname, format_type(atttypid, atttypmod))
        end as made
        from pg_attribute
        inner join pg_type on pg_type.oid = atttypid
        where attrelid = target and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
            and typname in ('text', 'varchar', 'jsonb', '_text', '_varchar')
    ) as texts;
    select attname into key from pg_attribute
    where attrelid = target and attname in ('row_id', 'id') and not attisdropped order by attname desc limit 1;
    if changes is null or (rows_only is not null and key is null) then
        return 0;
    end if;
    -- Whoever has the row open has to read it again; copies elsewhere keep the version of their source.
    if (select count(*) from pg_attribute where attrelid = target and attname in ('version', 'row_xid')) = 2 then
        changes := changes || ', version = version + 1';
    end if;
    conditions := format('tenant_id = $1 and (%s)', conditions);
    if rows_only is not null then
        conditions := format('%s and %I = any($4)', conditions, key);
    end if;
    execute format('update %s set %s where %s', target, changes, conditions)
    using tenant, pattern, replacement, rows_only;
    get diagnostics changed = row_count;
    return changed;
end $$;
-- statement
create or replace function kernel.erase_texts(
    target regclass, tenant uuid, pattern text, replacement text, rows_only uuid[]
) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true), set_config('app.erasing', 'on', true);
    changed := kernel.replace_texts(target, tenant, pattern, replacement, rows_only);
    perform set_config('app.erasing', '', true);
    return changed;
end $$;
-- statement
create or replace function kernel.without_facts(told jsonb, rows text[], facts jsonb) returns jsonb
language plpgsql immutable set search_path = pg_catalog as $$
declare
    is_own boolean := coalesce(jsonb_typeof(told) = 'object' and (told ->> 'id') = any(rows), false);
begin
    -- What was empty stays so: what replaces a value does not say that there was one.
    return case jsonb_typeof(told)
        when 'object' then (
            select coalesce(jsonb_object_agg(key, case
                when is_own and facts ? key and value <> 'null' then facts -> key
                else kernel.without_facts(value, rows, facts)
            end), '{}')
            from jsonb_each(told)
        )
        when 'array' then (
            select coalesce(jsonb_agg(kernel.without_facts(value, rows, facts) order by position), '[]')
            from jsonb_array_elements(told) with ordinality as elements (value, position)
        )
        else told
    end;
end $$;
-- statement
create or replace function kernel.replace_facts(
    target regclass, tenant uuid, source text, rows text[], facts jsonb
) returns bigint language plpgsql set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    execute format(
        'update %s set before = kernel.without_facts(before, $3, $4), after = kernel.without_facts(after, $3, $4)'
        ' where tenant_id = $1 and table_name = $2 and row_id = any($3::uuid[])'
        ' and (before, after) is distinct from'
        ' (kernel.without_facts(before, $3, $4), kernel.without_facts(after, $3, $4))', target
    ) using tenant, source, rows, facts;
    get diagnostics changed = row_count;
    return changed;
end $$;
-- statement
create or replace function kernel.erase_facts(
    tenant uuid, source text, rows text[], facts jsonb
) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true), set_config('app.erasing', 'on', true);
    changed := kernel.replace_facts('kernel.audit_log', tenant, source, rows, facts);
    perform set_config('app.erasing', '', true);
    return changed;
end $$;
-- statement
create or replace function kernel.erase_answers(tenant uuid, rows text[], facts jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true);
    update kernel.idempotency_keys set body = kernel.without_facts(body::jsonb, rows, facts)::text
    where tenant_id = tenant and body is json
        and body like any(select '%' || each || '%' from unnest(rows) as ids (each));
    get diagnostics changed = row_count;
    return changed;
end $$;
-- statement
create or replace function kernel.move_mark() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.reference_marks as marks (tenant_id, mark)
    values (nullif(current_setting('app.tenant_id', true), '')::uuid, 1)
    on conflict (tenant_id) do update set mark = marks.mark + 1;
    return null;
end $$;
-- statement
create or replace function kernel.enter(
    tenant text, author text, channel text, trace text, plans text
) returns bigint
language plpgsql as $$
declare
    found_mark bigint;
begin
    perform set_config('app.tenant_id', tenant, true), set_config('app.user_id', author, true),
        set_config('app.channel', channel, true), set_config('app.trace_id', trace, true),
        set_config('plan_cache_mode', plans, true);
    select mark into found_mark from kernel.reference_marks where tenant_id = tenant::uuid;
    return coalesce(found_mark, 0);
end $$;
-- statement
create or replace function ledger.refuse_imbalance() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
declare
    broken record;
begin
    -- Lines are never changed, so an entry is in balance when each statement that adds to it is: only new lines count.
    select new_rows.entry_id, sum(new_rows.amount) as difference into broken
    from new_rows
    group by new_rows.tenant_id, new_rows.entry_id
    having sum(new_rows.amount) <> 0
    limit 1;
    if found then
        raise exception 'journal entry % is out of balance by %', broken.entry_id, broken.difference
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
-- statement
revoke all on function kernel.erase_texts(regclass, uuid, text, text, uuid[]) from public;
-- statement
grant execute on function kernel.erase_texts(regclass, uuid, text, text, uuid[]) to qooerp_warehouse;
-- statement
revoke all on function kernel.erase_facts(uuid, text, text[], jsonb) from public;
-- statement
grant execute on function kernel.erase_facts(uuid, text, text[], jsonb) to qooerp_warehouse;
-- statement
revoke all on function kernel.erase_answers(uuid, text[], jsonb) from public;
-- statement
grant execute on function kernel.erase_answers(uuid, text[], jsonb) to qooerp_warehouse;
-- statement
create index scm_customers_words on scm.customers using gin (kernel.search_words(coalesce(code, '') || ' ' || coalesce(name, '')));
-- statement
create policy searching on scm.customers for select to current_user using (true);
-- statement
create or replace function scm.find_customers(wanted tsquery) returns setof uuid language sql stable security definer set search_path = pg_catalog as $$ select id from scm.customers where tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid) and kernel.search_words(coalesce(code, '') || ' ' || coalesce(name, '')) @@ wanted $$;
-- statement
revoke all on function scm.find_customers(tsquery) from public;
-- statement
grant execute on function scm.find_customers(tsquery) to qooerp_app;
-- statement
create index scm_suppliers_words on scm.suppliers using gin (kernel.search_words(coalesce(code, '') || ' ' || coalesce(name, '')));
-- statement
create policy searching on scm.suppliers for select to current_user using (true);
-- statement
create or replace function scm.find_suppliers(wanted tsquery) returns setof uuid language sql stable security definer set search_path = pg_catalog as $$ select id from scm.suppliers where tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid) and kernel.search_words(coalesce(code, '') || ' ' || coalesce(name, '')) @@ wanted $$;
-- statement
revoke all on function scm.find_suppliers(tsquery) from public;
-- statement
grant execute on function scm.find_suppliers(tsquery) to qooerp_app;
-- statement
create index catalog_items_words on catalog.items using gin (kernel.search_words(coalesce(code, '') || ' ' || coalesce(name, '')));
-- statement
create policy searching on catalog.items for select to current_user using (true);
-- statement
create or replace function catalog.find_items(wanted tsquery) returns setof uuid language sql stable security definer set search_path = pg_catalog as $$ select id from catalog.items where tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid) and kernel.search_words(coalesce(code, '') || ' ' || coalesce(name, '')) @@ wanted $$;
-- statement
revoke all on function catalog.find_items(tsquery) from public;
-- statement
grant execute on function catalog.find_items(tsquery) to qooerp_app;
-- statement
alter table assistant.assistant_terms enable row level security;
-- statement
alter table assistant.assistant_terms force row level security;
-- statement
create policy tenant on assistant.assistant_terms using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.assistant_terms for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.assistant_terms to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.assistant_terms to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.assistant_terms for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.assistant_terms referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on assistant.assistant_terms referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on assistant.assistant_terms referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on assistant.assistant_terms referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table assistant.completion_rules enable row level security;
-- statement
alter table assistant.completion_rules force row level security;
-- statement
create policy tenant on assistant.completion_rules using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.completion_rules for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.completion_rules to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.completion_rules to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.completion_rules for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.completion_rules referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on assistant.completion_rules referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on assistant.completion_rules referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on assistant.completion_rules referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table assistant.conversations enable row level security;
-- statement
alter table assistant.conversations force row level security;
-- statement
create policy tenant on assistant.conversations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.conversations for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.conversations to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.conversations to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.conversations for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.conversations referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table assistant.knowledge_documents enable row level security;
-- statement
alter table assistant.knowledge_documents force row level security;
-- statement
create policy tenant on assistant.knowledge_documents using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.knowledge_documents for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.knowledge_documents to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.knowledge_documents to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.knowledge_documents for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.knowledge_documents referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on assistant.knowledge_documents referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on assistant.knowledge_documents referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on assistant.knowledge_documents referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table assistant.model_calls enable row level security;
-- statement
alter table assistant.model_calls force row level security;
-- statement
create policy tenant on assistant.model_calls using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.model_calls for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.model_calls to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.model_calls to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.model_calls for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.model_calls referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table catalog.item_categories enable row level security;
-- statement
alter table catalog.item_categories force row level security;
-- statement
create policy tenant on catalog.item_categories using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.item_categories for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.item_categories to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.item_categories to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.item_categories for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.item_categories referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.item_categories referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.item_categories referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.item_categories referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on catalog.item_categories for each statement execute function kernel.move_mark();
-- statement
alter table catalog.units_of_measure enable row level security;
-- statement
alter table catalog.units_of_measure force row level security;
-- statement
create policy tenant on catalog.units_of_measure using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.units_of_measure for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.units_of_measure to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.units_of_measure to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.units_of_measure for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.units_of_measure referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.units_of_measure referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.units_of_measure referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.units_of_measure referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on catalog.units_of_measure for each statement execute function kernel.move_mark();
-- statement
alter table finance.tax_codes enable row level security;
-- statement
alter table finance.tax_codes force row level security;
-- statement
create policy tenant on finance.tax_codes using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.tax_codes for select to qooerp_warehouse using (true);
-- statement
grant select on finance.tax_codes to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.tax_codes to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.tax_codes for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.tax_codes referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.tax_codes referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.tax_codes referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.tax_codes referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on finance.tax_codes for each statement execute function kernel.move_mark();
-- statement
grant select on identity.accounts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update on identity.accounts to qooerp_app;
-- statement
alter table identity.erasures enable row level security;
-- statement
alter table identity.erasures force row level security;
-- statement
create policy tenant on identity.erasures using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on identity.erasures for select to qooerp_warehouse using (true);
-- statement
grant select on identity.erasures to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on identity.erasures to qooerp_app;
-- statement
create trigger refresh_row_xid before update on identity.erasures for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on identity.erasures referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table identity.logins enable row level security;
-- statement
alter table identity.logins force row level security;
-- statement
create policy tenant on identity.logins using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on identity.logins for select to qooerp_warehouse using (true);
-- statement
grant select on identity.logins to qooerp_app, qooerp_warehouse;
-- statement
grant insert on identity.logins to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on identity.logins for each statement execute function kernel.refuse_change();
-- statement
alter table identity.roles enable row level security;
-- statement
alter table identity.roles force row level security;
-- statement
create policy tenant on identity.roles using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on identity.roles for select to qooerp_warehouse using (true);
-- statement
grant select on identity.roles to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on identity.roles to qooerp_app;
-- statement
create trigger refresh_row_xid before update on identity.roles for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on identity.roles referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on identity.roles referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on identity.roles referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on identity.roles referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
grant select on identity.sign_in_attempts to qooerp_app, qooerp_warehouse;
-- statement
grant insert on identity.sign_in_attempts to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on identity.sign_in_attempts for each statement execute function kernel.refuse_change();
-- statement
grant select on identity.tenants to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update on identity.tenants to qooerp_app;
-- statement
alter table kernel.audit_log enable row level security;
-- statement
alter table kernel.audit_log force row level security;
-- statement
create policy tenant on kernel.audit_log using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on kernel.audit_log for select to qooerp_warehouse using (true);
-- statement
grant select on kernel.audit_log to qooerp_app, qooerp_warehouse;
-- statement
create trigger refuse_change before update or delete or truncate on kernel.audit_log for each statement execute function kernel.refuse_change();
-- statement
alter table kernel.idempotency_keys enable row level security;
-- statement
alter table kernel.idempotency_keys force row level security;
-- statement
create policy tenant on kernel.idempotency_keys using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on kernel.idempotency_keys for select to qooerp_warehouse using (true);
-- statement
grant select on kernel.idempotency_keys to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on kernel.idempotency_keys to qooerp_app;
-- statement
alter table kernel.outbox enable row level security;
-- statement
alter table kernel.outbox force row level security;
-- statement
create policy tenant on kernel.outbox using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on kernel.outbox for select to qooerp_warehouse using (true);
-- statement
grant select on kernel.outbox to qooerp_app, qooerp_warehouse;
-- statement
grant insert on kernel.outbox to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on kernel.outbox for each statement execute function kernel.refuse_change();
-- statement
grant select on kernel.rate_buckets to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on kernel.rate_buckets to qooerp_app;
-- statement
alter table kernel.reference_marks enable row level security;
-- statement
alter table kernel.reference_marks force row level security;
-- statement
create policy tenant on kernel.reference_marks using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on kernel.reference_marks for select to qooerp_warehouse using (true);
-- statement
grant select on kernel.reference_marks to qooerp_app, qooerp_warehouse;
-- statement
alter table kernel.tombstones enable row level security;
-- statement
alter table kernel.tombstones force row level security;
-- statement
create policy tenant on kernel.tombstones using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on kernel.tombstones for select to qooerp_warehouse using (true);
-- statement
grant select on kernel.tombstones to qooerp_app, qooerp_warehouse;
-- statement
alter table ledger.statement_templates enable row level security;
-- statement
alter table ledger.statement_templates force row level security;
-- statement
create policy tenant on ledger.statement_templates using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.statement_templates for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.statement_templates to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.statement_templates to qooerp_app;
-- statement
create trigger refresh_row_xid before update on ledger.statement_templates for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on ledger.statement_templates referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on ledger.statement_templates referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on ledger.statement_templates referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on ledger.statement_templates referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on ledger.statement_templates for each statement execute function kernel.move_mark();
-- statement
alter table organization.companies enable row level security;
-- statement
alter table organization.companies force row level security;
-- statement
create policy tenant on organization.companies using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.companies for select to qooerp_warehouse using (true);
-- statement
grant select on organization.companies to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.companies to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.companies for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.companies referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.companies referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.companies referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.companies referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on organization.companies for each statement execute function kernel.move_mark();
-- statement
grant select on organization.currencies to qooerp_app, qooerp_warehouse;
-- statement
alter table organization.exchange_rates enable row level security;
-- statement
alter table organization.exchange_rates force row level security;
-- statement
create policy tenant on organization.exchange_rates using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.exchange_rates for select to qooerp_warehouse using (true);
-- statement
grant select on organization.exchange_rates to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.exchange_rates to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.exchange_rates for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.exchange_rates referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.exchange_rates referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.exchange_rates referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.exchange_rates referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table organization.shifts enable row level security;
-- statement
alter table organization.shifts force row level security;
-- statement
create policy tenant on organization.shifts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.shifts for select to qooerp_warehouse using (true);
-- statement
grant select on organization.shifts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.shifts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.shifts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.shifts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.shifts referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.shifts referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.shifts referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table platform.daily_latencies enable row level security;
-- statement
alter table platform.daily_latencies force row level security;
-- statement
create policy tenant on platform.daily_latencies using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on platform.daily_latencies for select to qooerp_warehouse using (true);
-- statement
grant select on platform.daily_latencies to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on platform.daily_latencies to qooerp_app;
-- statement
create trigger refresh_row_xid before update on platform.daily_latencies for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on platform.daily_latencies referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table production.scrap_reasons enable row level security;
-- statement
alter table production.scrap_reasons force row level security;
-- statement
create policy tenant on production.scrap_reasons using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.scrap_reasons for select to qooerp_warehouse using (true);
-- statement
grant select on production.scrap_reasons to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.scrap_reasons to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.scrap_reasons for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.scrap_reasons referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.scrap_reasons referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.scrap_reasons referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.scrap_reasons referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.notify_settings enable row level security;
-- statement
alter table report.notify_settings force row level security;
-- statement
create policy tenant on report.notify_settings using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.notify_settings for select to qooerp_warehouse using (true);
-- statement
grant select on report.notify_settings to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.notify_settings to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.notify_settings for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.notify_settings referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.notify_settings referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.notify_settings referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.notify_settings referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.webhook_endpoints enable row level security;
-- statement
alter table report.webhook_endpoints force row level security;
-- statement
create policy tenant on report.webhook_endpoints using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.webhook_endpoints for select to qooerp_warehouse using (true);
-- statement
grant select on report.webhook_endpoints to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.webhook_endpoints to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.webhook_endpoints for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.webhook_endpoints referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.webhook_endpoints referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.webhook_endpoints referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.webhook_endpoints referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table sales.offers enable row level security;
-- statement
alter table sales.offers force row level security;
-- statement
create policy tenant on sales.offers using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.offers for select to qooerp_warehouse using (true);
-- statement
grant select on sales.offers to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.offers to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.offers for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.offers referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.offers referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.offers referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.offers referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table sales.sales_reasons enable row level security;
-- statement
alter table sales.sales_reasons force row level security;
-- statement
create policy tenant on sales.sales_reasons using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.sales_reasons for select to qooerp_warehouse using (true);
-- statement
grant select on sales.sales_reasons to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.sales_reasons to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.sales_reasons for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.sales_reasons referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.sales_reasons referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.sales_reasons referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.sales_reasons referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.customer_categories enable row level security;
-- statement
alter table scm.customer_categories force row level security;
-- statement
create policy tenant on scm.customer_categories using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.customer_categories for select to qooerp_warehouse using (true);
-- statement
grant select on scm.customer_categories to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.customer_categories to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.customer_categories for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.customer_categories referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.customer_categories referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.customer_categories referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.customer_categories referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.grading_rules enable row level security;
-- statement
alter table scm.grading_rules force row level security;
-- statement
create policy tenant on scm.grading_rules using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.grading_rules for select to qooerp_warehouse using (true);
-- statement
grant select on scm.grading_rules to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.grading_rules to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.grading_rules for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.grading_rules referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.grading_rules referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.grading_rules referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.grading_rules referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.party_addresses enable row level security;
-- statement
alter table scm.party_addresses force row level security;
-- statement
create policy tenant on scm.party_addresses using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.party_addresses for select to qooerp_warehouse using (true);
-- statement
grant select on scm.party_addresses to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.party_addresses to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.party_addresses for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.party_addresses referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.party_addresses referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.party_addresses referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.party_addresses referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.party_contacts enable row level security;
-- statement
alter table scm.party_contacts force row level security;
-- statement
create policy tenant on scm.party_contacts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.party_contacts for select to qooerp_warehouse using (true);
-- statement
grant select on scm.party_contacts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.party_contacts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.party_contacts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.party_contacts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.party_contacts referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.party_contacts referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.party_contacts referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.payment_terms enable row level security;
-- statement
alter table scm.payment_terms force row level security;
-- statement
create policy tenant on scm.payment_terms using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.payment_terms for select to qooerp_warehouse using (true);
-- statement
grant select on scm.payment_terms to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.payment_terms to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.payment_terms for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.payment_terms referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.payment_terms referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.payment_terms referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.payment_terms referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on scm.payment_terms for each statement execute function kernel.move_mark();
-- statement
alter table scm.regions enable row level security;
-- statement
alter table scm.regions force row level security;
-- statement
create policy tenant on scm.regions using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.regions for select to qooerp_warehouse using (true);
-- statement
grant select on scm.regions to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.regions to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.regions for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.regions referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.regions referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.regions referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.regions referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.ship_methods enable row level security;
-- statement
alter table scm.ship_methods force row level security;
-- statement
create policy tenant on scm.ship_methods using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.ship_methods for select to qooerp_warehouse using (true);
-- statement
grant select on scm.ship_methods to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.ship_methods to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.ship_methods for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.ship_methods referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.ship_methods referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.ship_methods referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.ship_methods referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table watch.forecasts enable row level security;
-- statement
alter table watch.forecasts force row level security;
-- statement
create policy tenant on watch.forecasts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on watch.forecasts for select to qooerp_warehouse using (true);
-- statement
grant select on watch.forecasts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on watch.forecasts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on watch.forecasts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on watch.forecasts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table watch.incident_mutes enable row level security;
-- statement
alter table watch.incident_mutes force row level security;
-- statement
create policy tenant on watch.incident_mutes using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on watch.incident_mutes for select to qooerp_warehouse using (true);
-- statement
grant select on watch.incident_mutes to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on watch.incident_mutes to qooerp_app;
-- statement
create trigger refresh_row_xid before update on watch.incident_mutes for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on watch.incident_mutes referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on watch.incident_mutes referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on watch.incident_mutes referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on watch.incident_mutes referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table watch.incidents enable row level security;
-- statement
alter table watch.incidents force row level security;
-- statement
create policy tenant on watch.incidents using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on watch.incidents for select to qooerp_warehouse using (true);
-- statement
grant select on watch.incidents to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on watch.incidents to qooerp_app;
-- statement
create trigger refresh_row_xid before update on watch.incidents for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on watch.incidents referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table watch.watch_policies enable row level security;
-- statement
alter table watch.watch_policies force row level security;
-- statement
create policy tenant on watch.watch_policies using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on watch.watch_policies for select to qooerp_warehouse using (true);
-- statement
grant select on watch.watch_policies to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on watch.watch_policies to qooerp_app;
-- statement
create trigger refresh_row_xid before update on watch.watch_policies for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on watch.watch_policies referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on watch.watch_policies referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on watch.watch_policies referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on watch.watch_policies referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table watch.watch_runs enable row level security;
-- statement
alter table watch.watch_runs force row level security;
-- statement
create policy tenant on watch.watch_runs using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on watch.watch_runs for select to qooerp_warehouse using (true);
-- statement
grant select on watch.watch_runs to qooerp_app, qooerp_warehouse;
-- statement
grant insert on watch.watch_runs to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on watch.watch_runs for each statement execute function kernel.refuse_change();
-- statement
alter table assistant.conversation_turns enable row level security;
-- statement
alter table assistant.conversation_turns force row level security;
-- statement
create policy tenant on assistant.conversation_turns using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.conversation_turns for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.conversation_turns to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.conversation_turns to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.conversation_turns for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.conversation_turns referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table assistant.knowledge_pieces enable row level security;
-- statement
alter table assistant.knowledge_pieces force row level security;
-- statement
create policy tenant on assistant.knowledge_pieces using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.knowledge_pieces for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.knowledge_pieces to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.knowledge_pieces to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.knowledge_pieces for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.knowledge_pieces referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table catalog.items enable row level security;
-- statement
alter table catalog.items force row level security;
-- statement
create policy tenant on catalog.items using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.items for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.items to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.items to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.items for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.items referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.items referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.items referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.items referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.tax_rates enable row level security;
-- statement
alter table finance.tax_rates force row level security;
-- statement
create policy tenant on finance.tax_rates using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.tax_rates for select to qooerp_warehouse using (true);
-- statement
grant select on finance.tax_rates to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.tax_rates to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.tax_rates for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.tax_rates referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.tax_rates referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.tax_rates referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.tax_rates referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on finance.tax_rates for each statement execute function kernel.move_mark();
-- statement
grant select on identity.memberships to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update on identity.memberships to qooerp_app;
-- statement
grant select on identity.sessions to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update on identity.sessions to qooerp_app;
-- statement
alter table identity.users enable row level security;
-- statement
alter table identity.users force row level security;
-- statement
create policy tenant on identity.users using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on identity.users for select to qooerp_warehouse using (true);
-- statement
grant select on identity.users to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on identity.users to qooerp_app;
-- statement
create trigger refresh_row_xid before update on identity.users for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on identity.users referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on identity.users referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on identity.users referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on identity.users referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table inventory.warehouses enable row level security;
-- statement
alter table inventory.warehouses force row level security;
-- statement
create policy tenant on inventory.warehouses using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.warehouses for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.warehouses to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.warehouses to qooerp_app;
-- statement
create trigger refresh_row_xid before update on inventory.warehouses for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on inventory.warehouses referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on inventory.warehouses referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on inventory.warehouses referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on inventory.warehouses referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on inventory.warehouses for each statement execute function kernel.move_mark();
-- statement
alter table ledger.accounts enable row level security;
-- statement
alter table ledger.accounts force row level security;
-- statement
create policy tenant on ledger.accounts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.accounts for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.accounts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.accounts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on ledger.accounts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on ledger.accounts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on ledger.accounts referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on ledger.accounts referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on ledger.accounts referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on ledger.accounts for each statement execute function kernel.move_mark();
-- statement
alter table ledger.fiscal_years enable row level security;
-- statement
alter table ledger.fiscal_years force row level security;
-- statement
create policy tenant on ledger.fiscal_years using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.fiscal_years for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.fiscal_years to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.fiscal_years to qooerp_app;
-- statement
create trigger refresh_row_xid before update on ledger.fiscal_years for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on ledger.fiscal_years referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on ledger.fiscal_years referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on ledger.fiscal_years referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on ledger.fiscal_years referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table ledger.ledger_heads enable row level security;
-- statement
alter table ledger.ledger_heads force row level security;
-- statement
create policy tenant on ledger.ledger_heads using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.ledger_heads for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.ledger_heads to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.ledger_heads to qooerp_app;
-- statement
alter table ledger.manual_entries enable row level security;
-- statement
alter table ledger.manual_entries force row level security;
-- statement
create policy tenant on ledger.manual_entries using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.manual_entries for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.manual_entries to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.manual_entries to qooerp_app;
-- statement
create trigger refresh_row_xid before update on ledger.manual_entries for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on ledger.manual_entries referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on ledger.manual_entries referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on ledger.manual_entries referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on ledger.manual_entries referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table organization.cost_centres enable row level security;
-- statement
alter table organization.cost_centres force row level security;
-- statement
create policy tenant on organization.cost_centres using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.cost_centres for select to qooerp_warehouse using (true);
-- statement
grant select on organization.cost_centres to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.cost_centres to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.cost_centres for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.cost_centres referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.cost_centres referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.cost_centres referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.cost_centres referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on organization.cost_centres for each statement execute function kernel.move_mark();
-- statement
alter table platform.number_series enable row level security;
-- statement
alter table platform.number_series force row level security;
-- statement
create policy tenant on platform.number_series using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on platform.number_series for select to qooerp_warehouse using (true);
-- statement
grant select on platform.number_series to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on platform.number_series to qooerp_app;
-- statement
create trigger refresh_row_xid before update on platform.number_series for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on platform.number_series referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on platform.number_series referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on platform.number_series referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on platform.number_series referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on platform.number_series for each statement execute function kernel.move_mark();
-- statement
alter table production.work_centres enable row level security;
-- statement
alter table production.work_centres force row level security;
-- statement
create policy tenant on production.work_centres using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.work_centres for select to qooerp_warehouse using (true);
-- statement
grant select on production.work_centres to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.work_centres to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.work_centres for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.work_centres referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.work_centres referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.work_centres referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.work_centres referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.category_limits enable row level security;
-- statement
alter table purchase.category_limits force row level security;
-- statement
create policy tenant on purchase.category_limits using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.category_limits for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.category_limits to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.category_limits to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.category_limits for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.category_limits referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.category_limits referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.category_limits referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.category_limits referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on purchase.category_limits for each statement execute function kernel.move_mark();
-- statement
alter table purchase.landed_costs enable row level security;
-- statement
alter table purchase.landed_costs force row level security;
-- statement
create policy tenant on purchase.landed_costs using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.landed_costs for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.landed_costs to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.landed_costs to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.landed_costs for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.landed_costs referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.landed_costs referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.landed_costs referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.landed_costs referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.supplier_categories enable row level security;
-- statement
alter table scm.supplier_categories force row level security;
-- statement
create policy tenant on scm.supplier_categories using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.supplier_categories for select to qooerp_warehouse using (true);
-- statement
grant select on scm.supplier_categories to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.supplier_categories to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.supplier_categories for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.supplier_categories referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.supplier_categories referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.supplier_categories referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.supplier_categories referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on scm.supplier_categories for each statement execute function kernel.move_mark();
-- statement
alter table watch.findings enable row level security;
-- statement
alter table watch.findings force row level security;
-- statement
create policy tenant on watch.findings using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on watch.findings for select to qooerp_warehouse using (true);
-- statement
grant select on watch.findings to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on watch.findings to qooerp_app;
-- statement
create trigger refresh_row_xid before update on watch.findings for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on watch.findings referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table watch.incident_events enable row level security;
-- statement
alter table watch.incident_events force row level security;
-- statement
create policy tenant on watch.incident_events using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on watch.incident_events for select to qooerp_warehouse using (true);
-- statement
grant select on watch.incident_events to qooerp_app, qooerp_warehouse;
-- statement
grant insert on watch.incident_events to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on watch.incident_events for each statement execute function kernel.refuse_change();
-- statement
alter table assistant.item_vectors enable row level security;
-- statement
alter table assistant.item_vectors force row level security;
-- statement
create policy tenant on assistant.item_vectors using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.item_vectors for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.item_vectors to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.item_vectors to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.item_vectors for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.item_vectors referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table catalog.item_costs enable row level security;
-- statement
alter table catalog.item_costs force row level security;
-- statement
create policy tenant on catalog.item_costs using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.item_costs for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.item_costs to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.item_costs to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.item_costs for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.item_costs referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.item_costs referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.item_costs referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.item_costs referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table catalog.item_reviews enable row level security;
-- statement
alter table catalog.item_reviews force row level security;
-- statement
create policy tenant on catalog.item_reviews using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.item_reviews for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.item_reviews to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.item_reviews to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.item_reviews for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.item_reviews referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.item_reviews referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.item_reviews referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.item_reviews referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table catalog.item_units enable row level security;
-- statement
alter table catalog.item_units force row level security;
-- statement
create policy tenant on catalog.item_units using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.item_units for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.item_units to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.item_units to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.item_units for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.item_units referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.item_units referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.item_units referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.item_units referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.asset_classes enable row level security;
-- statement
alter table finance.asset_classes force row level security;
-- statement
create policy tenant on finance.asset_classes using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.asset_classes for select to qooerp_warehouse using (true);
-- statement
grant select on finance.asset_classes to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.asset_classes to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.asset_classes for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.asset_classes referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.asset_classes referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.asset_classes referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.asset_classes referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on finance.asset_classes for each statement execute function kernel.move_mark();
-- statement
alter table finance.bank_accounts enable row level security;
-- statement
alter table finance.bank_accounts force row level security;
-- statement
create policy tenant on finance.bank_accounts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.bank_accounts for select to qooerp_warehouse using (true);
-- statement
grant select on finance.bank_accounts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.bank_accounts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.bank_accounts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.bank_accounts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.bank_accounts referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.bank_accounts referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.bank_accounts referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.budgets enable row level security;
-- statement
alter table finance.budgets force row level security;
-- statement
create policy tenant on finance.budgets using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.budgets for select to qooerp_warehouse using (true);
-- statement
grant select on finance.budgets to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.budgets to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.budgets for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.budgets referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.budgets referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.budgets referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.budgets referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table identity.user_roles enable row level security;
-- statement
alter table identity.user_roles force row level security;
-- statement
create policy tenant on identity.user_roles using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on identity.user_roles for select to qooerp_warehouse using (true);
-- statement
grant select on identity.user_roles to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on identity.user_roles to qooerp_app;
-- statement
create trigger refresh_row_xid before update on identity.user_roles for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on identity.user_roles referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on identity.user_roles referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on identity.user_roles referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on identity.user_roles referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table inventory.adjustment_reasons enable row level security;
-- statement
alter table inventory.adjustment_reasons force row level security;
-- statement
create policy tenant on inventory.adjustment_reasons using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.adjustment_reasons for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.adjustment_reasons to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.adjustment_reasons to qooerp_app;
-- statement
create trigger refresh_row_xid before update on inventory.adjustment_reasons for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on inventory.adjustment_reasons referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on inventory.adjustment_reasons referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on inventory.adjustment_reasons referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on inventory.adjustment_reasons referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table inventory.cost_balances enable row level security;
-- statement
alter table inventory.cost_balances force row level security;
-- statement
create policy tenant on inventory.cost_balances using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.cost_balances for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.cost_balances to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.cost_balances to qooerp_app;
-- statement
alter table inventory.locations enable row level security;
-- statement
alter table inventory.locations force row level security;
-- statement
create policy tenant on inventory.locations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.locations for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.locations to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.locations to qooerp_app;
-- statement
create trigger refresh_row_xid before update on inventory.locations for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on inventory.locations referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on inventory.locations referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on inventory.locations referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on inventory.locations referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on inventory.locations for each statement execute function kernel.move_mark();
-- statement
alter table inventory.lots enable row level security;
-- statement
alter table inventory.lots force row level security;
-- statement
create policy tenant on inventory.lots using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.lots for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.lots to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.lots to qooerp_app;
-- statement
create trigger refresh_row_xid before update on inventory.lots for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on inventory.lots referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on inventory.lots referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on inventory.lots referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on inventory.lots referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table ledger.account_mappings enable row level security;
-- statement
alter table ledger.account_mappings force row level security;
-- statement
create policy tenant on ledger.account_mappings using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.account_mappings for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.account_mappings to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.account_mappings to qooerp_app;
-- statement
create trigger refresh_row_xid before update on ledger.account_mappings for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on ledger.account_mappings referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on ledger.account_mappings referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on ledger.account_mappings referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on ledger.account_mappings referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on ledger.account_mappings for each statement execute function kernel.move_mark();
-- statement
alter table ledger.carried_balances enable row level security;
-- statement
alter table ledger.carried_balances force row level security;
-- statement
create policy tenant on ledger.carried_balances using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.carried_balances for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.carried_balances to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.carried_balances to qooerp_app;
-- statement
alter table ledger.periods enable row level security;
-- statement
alter table ledger.periods force row level security;
-- statement
create policy tenant on ledger.periods using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.periods for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.periods to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.periods to qooerp_app;
-- statement
create trigger refresh_row_xid before update on ledger.periods for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on ledger.periods referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on ledger.periods referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on ledger.periods referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on ledger.periods referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table organization.units enable row level security;
-- statement
alter table organization.units force row level security;
-- statement
create policy tenant on organization.units using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.units for select to qooerp_warehouse using (true);
-- statement
grant select on organization.units to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.units to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.units for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.units referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.units referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.units referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.units referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table platform.number_counters enable row level security;
-- statement
alter table platform.number_counters force row level security;
-- statement
create policy tenant on platform.number_counters using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on platform.number_counters for select to qooerp_warehouse using (true);
-- statement
grant select on platform.number_counters to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on platform.number_counters to qooerp_app;
-- statement
alter table production.bills enable row level security;
-- statement
alter table production.bills force row level security;
-- statement
create policy tenant on production.bills using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.bills for select to qooerp_warehouse using (true);
-- statement
grant select on production.bills to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.bills to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.bills for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.bills referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.bills referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.bills referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.bills referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table production.routings enable row level security;
-- statement
alter table production.routings force row level security;
-- statement
create policy tenant on production.routings using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.routings for select to qooerp_warehouse using (true);
-- statement
grant select on production.routings to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.routings to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.routings for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.routings referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.routings referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.routings referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.routings referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.alert_rules enable row level security;
-- statement
alter table report.alert_rules force row level security;
-- statement
create policy tenant on report.alert_rules using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.alert_rules for select to qooerp_warehouse using (true);
-- statement
grant select on report.alert_rules to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.alert_rules to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.alert_rules for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.alert_rules referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.alert_rules referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.alert_rules referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.alert_rules referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.dashboards enable row level security;
-- statement
alter table report.dashboards force row level security;
-- statement
create policy tenant on report.dashboards using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.dashboards for select to qooerp_warehouse using (true);
-- statement
grant select on report.dashboards to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.dashboards to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.dashboards for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.dashboards referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.dashboards referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.dashboards referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.dashboards referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.data_sources enable row level security;
-- statement
alter table report.data_sources force row level security;
-- statement
create policy tenant on report.data_sources using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.data_sources for select to qooerp_warehouse using (true);
-- statement
grant select on report.data_sources to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.data_sources to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.data_sources for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.data_sources referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.data_sources referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.data_sources referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.data_sources referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.reports enable row level security;
-- statement
alter table report.reports force row level security;
-- statement
create policy tenant on report.reports using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.reports for select to qooerp_warehouse using (true);
-- statement
grant select on report.reports to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.reports to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.reports for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.reports referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.reports referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.reports referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.reports referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.suppliers enable row level security;
-- statement
alter table scm.suppliers force row level security;
-- statement
create policy tenant on scm.suppliers using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.suppliers for select to qooerp_warehouse using (true);
-- statement
grant select on scm.suppliers to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.suppliers to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.suppliers for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.suppliers referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.suppliers referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.suppliers referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.suppliers referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table catalog.price_lists enable row level security;
-- statement
alter table catalog.price_lists force row level security;
-- statement
create policy tenant on catalog.price_lists using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.price_lists for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.price_lists to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.price_lists to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.price_lists for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.price_lists referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.price_lists referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.price_lists referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.price_lists referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on catalog.price_lists for each statement execute function kernel.move_mark();
-- statement
alter table catalog.supplier_items enable row level security;
-- statement
alter table catalog.supplier_items force row level security;
-- statement
create policy tenant on catalog.supplier_items using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.supplier_items for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.supplier_items to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.supplier_items to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.supplier_items for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.supplier_items referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.supplier_items referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.supplier_items referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.supplier_items referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.budget_lines enable row level security;
-- statement
alter table finance.budget_lines force row level security;
-- statement
create policy tenant on finance.budget_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.budget_lines for select to qooerp_warehouse using (true);
-- statement
grant select on finance.budget_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.budget_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.budget_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.budget_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.budget_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.budget_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.budget_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table inventory.lot_balances enable row level security;
-- statement
alter table inventory.lot_balances force row level security;
-- statement
create policy tenant on inventory.lot_balances using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.lot_balances for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.lot_balances to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.lot_balances to qooerp_app;
-- statement
alter table inventory.lot_links enable row level security;
-- statement
alter table inventory.lot_links force row level security;
-- statement
create policy tenant on inventory.lot_links using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.lot_links for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.lot_links to qooerp_app, qooerp_warehouse;
-- statement
grant insert on inventory.lot_links to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on inventory.lot_links for each statement execute function kernel.refuse_change();
-- statement
alter table inventory.reservations enable row level security;
-- statement
alter table inventory.reservations force row level security;
-- statement
create policy tenant on inventory.reservations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.reservations for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.reservations to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.reservations to qooerp_app;
-- statement
alter table inventory.stock_balances enable row level security;
-- statement
alter table inventory.stock_balances force row level security;
-- statement
create policy tenant on inventory.stock_balances using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.stock_balances for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.stock_balances to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.stock_balances to qooerp_app;
-- statement
alter table ledger.journal_entries enable row level security;
-- statement
alter table ledger.journal_entries force row level security;
-- statement
create policy tenant on ledger.journal_entries using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.journal_entries for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.journal_entries to qooerp_app, qooerp_warehouse;
-- statement
grant insert on ledger.journal_entries to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on ledger.journal_entries for each statement execute function kernel.refuse_change();
-- statement
alter table ledger.period_events enable row level security;
-- statement
alter table ledger.period_events force row level security;
-- statement
create policy tenant on ledger.period_events using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.period_events for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.period_events to qooerp_app, qooerp_warehouse;
-- statement
grant insert on ledger.period_events to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on ledger.period_events for each statement execute function kernel.refuse_change();
-- statement
alter table organization.employees enable row level security;
-- statement
alter table organization.employees force row level security;
-- statement
create policy tenant on organization.employees using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.employees for select to qooerp_warehouse using (true);
-- statement
grant select on organization.employees to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.employees to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.employees for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.employees referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.employees referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.employees referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.employees referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table production.bill_lines enable row level security;
-- statement
alter table production.bill_lines force row level security;
-- statement
create policy tenant on production.bill_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.bill_lines for select to qooerp_warehouse using (true);
-- statement
grant select on production.bill_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.bill_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.bill_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.bill_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.bill_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.bill_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.bill_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table production.production_orders enable row level security;
-- statement
alter table production.production_orders force row level security;
-- statement
create policy tenant on production.production_orders using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.production_orders for select to qooerp_warehouse using (true);
-- statement
grant select on production.production_orders to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.production_orders to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.production_orders for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.production_orders referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.production_orders referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.production_orders referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.production_orders referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table production.routing_operations enable row level security;
-- statement
alter table production.routing_operations force row level security;
-- statement
create policy tenant on production.routing_operations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.routing_operations for select to qooerp_warehouse using (true);
-- statement
grant select on production.routing_operations to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.routing_operations to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.routing_operations for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.routing_operations referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.routing_operations referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.routing_operations referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.routing_operations referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.inspection_plans enable row level security;
-- statement
alter table purchase.inspection_plans force row level security;
-- statement
create policy tenant on purchase.inspection_plans using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.inspection_plans for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.inspection_plans to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.inspection_plans to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.inspection_plans for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.inspection_plans referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.inspection_plans referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.inspection_plans referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.inspection_plans referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.purchase_contracts enable row level security;
-- statement
alter table purchase.purchase_contracts force row level security;
-- statement
create policy tenant on purchase.purchase_contracts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.purchase_contracts for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.purchase_contracts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.purchase_contracts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.purchase_contracts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.purchase_contracts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.purchase_contracts referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.purchase_contracts referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.purchase_contracts referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.supplier_quotations enable row level security;
-- statement
alter table purchase.supplier_quotations force row level security;
-- statement
create policy tenant on purchase.supplier_quotations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.supplier_quotations for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.supplier_quotations to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.supplier_quotations to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.supplier_quotations for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.supplier_quotations referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.supplier_quotations referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.supplier_quotations referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.supplier_quotations referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.alert_breaches enable row level security;
-- statement
alter table report.alert_breaches force row level security;
-- statement
create policy tenant on report.alert_breaches using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.alert_breaches for select to qooerp_warehouse using (true);
-- statement
grant select on report.alert_breaches to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.alert_breaches to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.alert_breaches for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.alert_breaches referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.alert_breaches referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.alert_breaches referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.alert_breaches referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.alert_checks enable row level security;
-- statement
alter table report.alert_checks force row level security;
-- statement
create policy tenant on report.alert_checks using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.alert_checks for select to qooerp_warehouse using (true);
-- statement
grant select on report.alert_checks to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.alert_checks to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.alert_checks for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.alert_checks referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table report.alert_rule_versions enable row level security;
-- statement
alter table report.alert_rule_versions force row level security;
-- statement
create policy tenant on report.alert_rule_versions using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.alert_rule_versions for select to qooerp_warehouse using (true);
-- statement
grant select on report.alert_rule_versions to qooerp_app, qooerp_warehouse;
-- statement
grant insert on report.alert_rule_versions to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on report.alert_rule_versions for each statement execute function kernel.refuse_change();
-- statement
alter table report.data_source_secrets enable row level security;
-- statement
alter table report.data_source_secrets force row level security;
-- statement
create policy tenant on report.data_source_secrets using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.data_source_secrets for select to qooerp_warehouse using (true);
-- statement
grant select on report.data_source_secrets to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.data_source_secrets to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.data_source_secrets for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.data_source_secrets referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table report.report_runs enable row level security;
-- statement
alter table report.report_runs force row level security;
-- statement
create policy tenant on report.report_runs using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.report_runs for select to qooerp_warehouse using (true);
-- statement
grant select on report.report_runs to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.report_runs to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.report_runs for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.report_runs referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table report.report_shares enable row level security;
-- statement
alter table report.report_shares force row level security;
-- statement
create policy tenant on report.report_shares using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.report_shares for select to qooerp_warehouse using (true);
-- statement
grant select on report.report_shares to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.report_shares to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.report_shares for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.report_shares referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.report_shares referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.report_shares referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.report_shares referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.report_versions enable row level security;
-- statement
alter table report.report_versions force row level security;
-- statement
create policy tenant on report.report_versions using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.report_versions for select to qooerp_warehouse using (true);
-- statement
grant select on report.report_versions to qooerp_app, qooerp_warehouse;
-- statement
grant insert on report.report_versions to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on report.report_versions for each statement execute function kernel.refuse_change();
-- statement
alter table report.subscriptions enable row level security;
-- statement
alter table report.subscriptions force row level security;
-- statement
create policy tenant on report.subscriptions using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.subscriptions for select to qooerp_warehouse using (true);
-- statement
grant select on report.subscriptions to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.subscriptions to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.subscriptions for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.subscriptions referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.subscriptions referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.subscriptions referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.subscriptions referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.supplier_bank_accounts enable row level security;
-- statement
alter table scm.supplier_bank_accounts force row level security;
-- statement
create policy tenant on scm.supplier_bank_accounts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.supplier_bank_accounts for select to qooerp_warehouse using (true);
-- statement
grant select on scm.supplier_bank_accounts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.supplier_bank_accounts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.supplier_bank_accounts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.supplier_bank_accounts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.supplier_bank_accounts referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.supplier_bank_accounts referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.supplier_bank_accounts referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table catalog.price_list_lines enable row level security;
-- statement
alter table catalog.price_list_lines force row level security;
-- statement
create policy tenant on catalog.price_list_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on catalog.price_list_lines for select to qooerp_warehouse using (true);
-- statement
grant select on catalog.price_list_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on catalog.price_list_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on catalog.price_list_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on catalog.price_list_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on catalog.price_list_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on catalog.price_list_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on catalog.price_list_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.invoices enable row level security;
-- statement
alter table finance.invoices force row level security;
-- statement
create policy tenant on finance.invoices using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.invoices for select to qooerp_warehouse using (true);
-- statement
grant select on finance.invoices to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.invoices to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.invoices for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.invoices referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.invoices referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.invoices referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.invoices referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.payments enable row level security;
-- statement
alter table finance.payments force row level security;
-- statement
create policy tenant on finance.payments using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.payments for select to qooerp_warehouse using (true);
-- statement
grant select on finance.payments to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.payments to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.payments for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.payments referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.payments referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.payments referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.payments referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.revaluations enable row level security;
-- statement
alter table finance.revaluations force row level security;
-- statement
create policy tenant on finance.revaluations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.revaluations for select to qooerp_warehouse using (true);
-- statement
grant select on finance.revaluations to qooerp_app, qooerp_warehouse;
-- statement
grant insert on finance.revaluations to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on finance.revaluations for each statement execute function kernel.refuse_change();
-- statement
alter table inventory.stock_moves enable row level security;
-- statement
alter table inventory.stock_moves force row level security;
-- statement
create policy tenant on inventory.stock_moves using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.stock_moves for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.stock_moves to qooerp_app, qooerp_warehouse;
-- statement
grant insert on inventory.stock_moves to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on inventory.stock_moves for each statement execute function kernel.refuse_change();
-- statement
alter table ledger.journal_lines enable row level security;
-- statement
alter table ledger.journal_lines force row level security;
-- statement
create policy tenant on ledger.journal_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.journal_lines for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.journal_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert on ledger.journal_lines to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on ledger.journal_lines for each statement execute function kernel.refuse_change();
-- statement
create trigger refuse_imbalance after insert on ledger.journal_lines referencing new table as new_rows for each statement execute function ledger.refuse_imbalance();
-- statement
alter table organization.employee_assignments enable row level security;
-- statement
alter table organization.employee_assignments force row level security;
-- statement
create policy tenant on organization.employee_assignments using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.employee_assignments for select to qooerp_warehouse using (true);
-- statement
grant select on organization.employee_assignments to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.employee_assignments to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.employee_assignments for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.employee_assignments referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.employee_assignments referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.employee_assignments referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.employee_assignments referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table organization.employee_files enable row level security;
-- statement
alter table organization.employee_files force row level security;
-- statement
create policy tenant on organization.employee_files using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.employee_files for select to qooerp_warehouse using (true);
-- statement
grant select on organization.employee_files to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.employee_files to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.employee_files for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.employee_files referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.employee_files referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.employee_files referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.employee_files referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table organization.employee_pays enable row level security;
-- statement
alter table organization.employee_pays force row level security;
-- statement
create policy tenant on organization.employee_pays using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.employee_pays for select to qooerp_warehouse using (true);
-- statement
grant select on organization.employee_pays to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.employee_pays to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.employee_pays for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.employee_pays referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.employee_pays referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.employee_pays referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.employee_pays referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table organization.sales_quotas enable row level security;
-- statement
alter table organization.sales_quotas force row level security;
-- statement
create policy tenant on organization.sales_quotas using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on organization.sales_quotas for select to qooerp_warehouse using (true);
-- statement
grant select on organization.sales_quotas to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on organization.sales_quotas to qooerp_app;
-- statement
create trigger refresh_row_xid before update on organization.sales_quotas for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on organization.sales_quotas referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on organization.sales_quotas referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on organization.sales_quotas referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on organization.sales_quotas referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table production.production_components enable row level security;
-- statement
alter table production.production_components force row level security;
-- statement
create policy tenant on production.production_components using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.production_components for select to qooerp_warehouse using (true);
-- statement
grant select on production.production_components to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.production_components to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.production_components for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.production_components referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.production_components referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.production_components referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.production_components referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table production.production_operations enable row level security;
-- statement
alter table production.production_operations force row level security;
-- statement
create policy tenant on production.production_operations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.production_operations for select to qooerp_warehouse using (true);
-- statement
grant select on production.production_operations to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.production_operations to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.production_operations for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.production_operations referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.production_operations referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.production_operations referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.production_operations referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.inspection_plan_checks enable row level security;
-- statement
alter table purchase.inspection_plan_checks force row level security;
-- statement
create policy tenant on purchase.inspection_plan_checks using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.inspection_plan_checks for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.inspection_plan_checks to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.inspection_plan_checks to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.inspection_plan_checks for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.inspection_plan_checks referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.inspection_plan_checks referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.inspection_plan_checks referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.inspection_plan_checks referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.purchase_contract_lines enable row level security;
-- statement
alter table purchase.purchase_contract_lines force row level security;
-- statement
create policy tenant on purchase.purchase_contract_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.purchase_contract_lines for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.purchase_contract_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.purchase_contract_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.purchase_contract_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.purchase_contract_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.purchase_contract_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.purchase_contract_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.purchase_contract_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.purchase_orders enable row level security;
-- statement
alter table purchase.purchase_orders force row level security;
-- statement
create policy tenant on purchase.purchase_orders using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.purchase_orders for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.purchase_orders to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.purchase_orders to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.purchase_orders for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.purchase_orders referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.purchase_orders referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.purchase_orders referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.purchase_orders referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.purchase_requisitions enable row level security;
-- statement
alter table purchase.purchase_requisitions force row level security;
-- statement
create policy tenant on purchase.purchase_requisitions using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.purchase_requisitions for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.purchase_requisitions to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.purchase_requisitions to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.purchase_requisitions for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.purchase_requisitions referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.purchase_requisitions referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.purchase_requisitions referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.purchase_requisitions referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.report_run_parts enable row level security;
-- statement
alter table report.report_run_parts force row level security;
-- statement
create policy tenant on report.report_run_parts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.report_run_parts for select to qooerp_warehouse using (true);
-- statement
grant select on report.report_run_parts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.report_run_parts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.report_run_parts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.report_run_parts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table report.subscription_recipients enable row level security;
-- statement
alter table report.subscription_recipients force row level security;
-- statement
create policy tenant on report.subscription_recipients using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.subscription_recipients for select to qooerp_warehouse using (true);
-- statement
grant select on report.subscription_recipients to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.subscription_recipients to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.subscription_recipients for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.subscription_recipients referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on report.subscription_recipients referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on report.subscription_recipients referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on report.subscription_recipients referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.customers enable row level security;
-- statement
alter table scm.customers force row level security;
-- statement
create policy tenant on scm.customers using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.customers for select to qooerp_warehouse using (true);
-- statement
grant select on scm.customers to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.customers to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.customers for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.customers referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.customers referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.customers referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.customers referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.sales_assignments enable row level security;
-- statement
alter table scm.sales_assignments force row level security;
-- statement
create policy tenant on scm.sales_assignments using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.sales_assignments for select to qooerp_warehouse using (true);
-- statement
grant select on scm.sales_assignments to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on scm.sales_assignments to qooerp_app;
-- statement
create trigger refresh_row_xid before update on scm.sales_assignments for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on scm.sales_assignments referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on scm.sales_assignments referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on scm.sales_assignments referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on scm.sales_assignments referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table assistant.service_requests enable row level security;
-- statement
alter table assistant.service_requests force row level security;
-- statement
create policy tenant on assistant.service_requests using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on assistant.service_requests for select to qooerp_warehouse using (true);
-- statement
grant select on assistant.service_requests to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on assistant.service_requests to qooerp_app;
-- statement
create trigger refresh_row_xid before update on assistant.service_requests for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on assistant.service_requests referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on assistant.service_requests referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on assistant.service_requests referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on assistant.service_requests referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.assets enable row level security;
-- statement
alter table finance.assets force row level security;
-- statement
create policy tenant on finance.assets using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.assets for select to qooerp_warehouse using (true);
-- statement
grant select on finance.assets to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.assets to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.assets for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.assets referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.assets referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.assets referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.assets referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.installments enable row level security;
-- statement
alter table finance.installments force row level security;
-- statement
create policy tenant on finance.installments using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.installments for select to qooerp_warehouse using (true);
-- statement
grant select on finance.installments to qooerp_app, qooerp_warehouse;
-- statement
grant insert on finance.installments to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on finance.installments for each statement execute function kernel.refuse_change();
-- statement
alter table finance.settlements enable row level security;
-- statement
alter table finance.settlements force row level security;
-- statement
create policy tenant on finance.settlements using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.settlements for select to qooerp_warehouse using (true);
-- statement
grant select on finance.settlements to qooerp_app, qooerp_warehouse;
-- statement
grant insert on finance.settlements to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on finance.settlements for each statement execute function kernel.refuse_change();
-- statement
alter table inventory.cost_layers enable row level security;
-- statement
alter table inventory.cost_layers force row level security;
-- statement
create policy tenant on inventory.cost_layers using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.cost_layers for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.cost_layers to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.cost_layers to qooerp_app;
-- statement
alter table inventory.lot_moves enable row level security;
-- statement
alter table inventory.lot_moves force row level security;
-- statement
create policy tenant on inventory.lot_moves using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.lot_moves for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.lot_moves to qooerp_app, qooerp_warehouse;
-- statement
grant insert on inventory.lot_moves to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on inventory.lot_moves for each statement execute function kernel.refuse_change();
-- statement
alter table inventory.recostings enable row level security;
-- statement
alter table inventory.recostings force row level security;
-- statement
create policy tenant on inventory.recostings using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.recostings for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.recostings to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.recostings to qooerp_app;
-- statement
create trigger refresh_row_xid before update on inventory.recostings for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on inventory.recostings referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on inventory.recostings referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on inventory.recostings referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on inventory.recostings referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table production.production_papers enable row level security;
-- statement
alter table production.production_papers force row level security;
-- statement
create policy tenant on production.production_papers using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.production_papers for select to qooerp_warehouse using (true);
-- statement
grant select on production.production_papers to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.production_papers to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.production_papers for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.production_papers referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.production_papers referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.production_papers referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.production_papers referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table project.projects enable row level security;
-- statement
alter table project.projects force row level security;
-- statement
create policy tenant on project.projects using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on project.projects for select to qooerp_warehouse using (true);
-- statement
grant select on project.projects to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on project.projects to qooerp_app;
-- statement
create trigger refresh_row_xid before update on project.projects for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on project.projects referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on project.projects referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on project.projects referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on project.projects referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create trigger move_mark after insert or update or delete on project.projects for each statement execute function kernel.move_mark();
-- statement
alter table purchase.purchase_receipts enable row level security;
-- statement
alter table purchase.purchase_receipts force row level security;
-- statement
create policy tenant on purchase.purchase_receipts using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.purchase_receipts for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.purchase_receipts to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.purchase_receipts to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.purchase_receipts for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.purchase_receipts referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.purchase_receipts referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.purchase_receipts referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.purchase_receipts referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.purchase_requisition_lines enable row level security;
-- statement
alter table purchase.purchase_requisition_lines force row level security;
-- statement
create policy tenant on purchase.purchase_requisition_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.purchase_requisition_lines for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.purchase_requisition_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.purchase_requisition_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.purchase_requisition_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.purchase_requisition_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.purchase_requisition_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.purchase_requisition_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.purchase_requisition_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.deliveries enable row level security;
-- statement
alter table report.deliveries force row level security;
-- statement
create policy tenant on report.deliveries using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.deliveries for select to qooerp_warehouse using (true);
-- statement
grant select on report.deliveries to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.deliveries to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.deliveries for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.deliveries referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table sales.quotations enable row level security;
-- statement
alter table sales.quotations force row level security;
-- statement
create policy tenant on sales.quotations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.quotations for select to qooerp_warehouse using (true);
-- statement
grant select on sales.quotations to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.quotations to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.quotations for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.quotations referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.quotations referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.quotations referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.quotations referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table scm.customer_grades enable row level security;
-- statement
alter table scm.customer_grades force row level security;
-- statement
create policy tenant on scm.customer_grades using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on scm.customer_grades for select to qooerp_warehouse using (true);
-- statement
grant select on scm.customer_grades to qooerp_app, qooerp_warehouse;
-- statement
grant insert on scm.customer_grades to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on scm.customer_grades for each statement execute function kernel.refuse_change();
-- statement
alter table watch.held_invoices enable row level security;
-- statement
alter table watch.held_invoices force row level security;
-- statement
create policy tenant on watch.held_invoices using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on watch.held_invoices for select to qooerp_warehouse using (true);
-- statement
grant select on watch.held_invoices to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on watch.held_invoices to qooerp_app;
-- statement
create trigger refresh_row_xid before update on watch.held_invoices for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on watch.held_invoices referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table finance.depreciations enable row level security;
-- statement
alter table finance.depreciations force row level security;
-- statement
create policy tenant on finance.depreciations using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.depreciations for select to qooerp_warehouse using (true);
-- statement
grant select on finance.depreciations to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on finance.depreciations to qooerp_app;
-- statement
create trigger refresh_row_xid before update on finance.depreciations for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on finance.depreciations referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on finance.depreciations referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on finance.depreciations referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on finance.depreciations referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table finance.invoice_lines enable row level security;
-- statement
alter table finance.invoice_lines force row level security;
-- statement
create policy tenant on finance.invoice_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on finance.invoice_lines for select to qooerp_warehouse using (true);
-- statement
grant select on finance.invoice_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert on finance.invoice_lines to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on finance.invoice_lines for each statement execute function kernel.refuse_change();
-- statement
alter table inventory.stock_documents enable row level security;
-- statement
alter table inventory.stock_documents force row level security;
-- statement
create policy tenant on inventory.stock_documents using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.stock_documents for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.stock_documents to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.stock_documents to qooerp_app;
-- statement
create trigger refresh_row_xid before update on inventory.stock_documents for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on inventory.stock_documents referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on inventory.stock_documents referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on inventory.stock_documents referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on inventory.stock_documents referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table ledger.manual_entry_lines enable row level security;
-- statement
alter table ledger.manual_entry_lines force row level security;
-- statement
create policy tenant on ledger.manual_entry_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on ledger.manual_entry_lines for select to qooerp_warehouse using (true);
-- statement
grant select on ledger.manual_entry_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on ledger.manual_entry_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on ledger.manual_entry_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on ledger.manual_entry_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on ledger.manual_entry_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on ledger.manual_entry_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on ledger.manual_entry_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table production.production_paper_lines enable row level security;
-- statement
alter table production.production_paper_lines force row level security;
-- statement
create policy tenant on production.production_paper_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on production.production_paper_lines for select to qooerp_warehouse using (true);
-- statement
grant select on production.production_paper_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on production.production_paper_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on production.production_paper_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on production.production_paper_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on production.production_paper_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on production.production_paper_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on production.production_paper_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.supplier_quotation_lines enable row level security;
-- statement
alter table purchase.supplier_quotation_lines force row level security;
-- statement
create policy tenant on purchase.supplier_quotation_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.supplier_quotation_lines for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.supplier_quotation_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.supplier_quotation_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.supplier_quotation_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.supplier_quotation_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.supplier_quotation_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.supplier_quotation_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.supplier_quotation_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table report.notices enable row level security;
-- statement
alter table report.notices force row level security;
-- statement
create policy tenant on report.notices using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on report.notices for select to qooerp_warehouse using (true);
-- statement
grant select on report.notices to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on report.notices to qooerp_app;
-- statement
create trigger refresh_row_xid before update on report.notices for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on report.notices referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
alter table sales.quotation_lines enable row level security;
-- statement
alter table sales.quotation_lines force row level security;
-- statement
create policy tenant on sales.quotation_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.quotation_lines for select to qooerp_warehouse using (true);
-- statement
grant select on sales.quotation_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.quotation_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.quotation_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.quotation_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.quotation_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.quotation_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.quotation_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table sales.sales_orders enable row level security;
-- statement
alter table sales.sales_orders force row level security;
-- statement
create policy tenant on sales.sales_orders using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.sales_orders for select to qooerp_warehouse using (true);
-- statement
grant select on sales.sales_orders to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.sales_orders to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.sales_orders for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.sales_orders referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.sales_orders referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.sales_orders referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.sales_orders referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table inventory.stock_document_lines enable row level security;
-- statement
alter table inventory.stock_document_lines force row level security;
-- statement
create policy tenant on inventory.stock_document_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on inventory.stock_document_lines for select to qooerp_warehouse using (true);
-- statement
grant select on inventory.stock_document_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on inventory.stock_document_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on inventory.stock_document_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on inventory.stock_document_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on inventory.stock_document_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on inventory.stock_document_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on inventory.stock_document_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.purchase_order_lines enable row level security;
-- statement
alter table purchase.purchase_order_lines force row level security;
-- statement
create policy tenant on purchase.purchase_order_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.purchase_order_lines for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.purchase_order_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.purchase_order_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.purchase_order_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.purchase_order_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.purchase_order_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.purchase_order_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.purchase_order_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table sales.deliveries enable row level security;
-- statement
alter table sales.deliveries force row level security;
-- statement
create policy tenant on sales.deliveries using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.deliveries for select to qooerp_warehouse using (true);
-- statement
grant select on sales.deliveries to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.deliveries to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.deliveries for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.deliveries referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.deliveries referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.deliveries referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.deliveries referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table sales.order_reasons enable row level security;
-- statement
alter table sales.order_reasons force row level security;
-- statement
create policy tenant on sales.order_reasons using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.order_reasons for select to qooerp_warehouse using (true);
-- statement
grant select on sales.order_reasons to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.order_reasons to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.order_reasons for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.order_reasons referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.order_reasons referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.order_reasons referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.order_reasons referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table sales.return_requests enable row level security;
-- statement
alter table sales.return_requests force row level security;
-- statement
create policy tenant on sales.return_requests using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.return_requests for select to qooerp_warehouse using (true);
-- statement
grant select on sales.return_requests to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.return_requests to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.return_requests for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.return_requests referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.return_requests referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.return_requests referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.return_requests referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table sales.sales_order_lines enable row level security;
-- statement
alter table sales.sales_order_lines force row level security;
-- statement
create policy tenant on sales.sales_order_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.sales_order_lines for select to qooerp_warehouse using (true);
-- statement
grant select on sales.sales_order_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.sales_order_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.sales_order_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.sales_order_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.sales_order_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.sales_order_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.sales_order_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table purchase.purchase_receipt_lines enable row level security;
-- statement
alter table purchase.purchase_receipt_lines force row level security;
-- statement
create policy tenant on purchase.purchase_receipt_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.purchase_receipt_lines for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.purchase_receipt_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on purchase.purchase_receipt_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on purchase.purchase_receipt_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on purchase.purchase_receipt_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on purchase.purchase_receipt_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on purchase.purchase_receipt_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on purchase.purchase_receipt_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
alter table sales.delivery_lines enable row level security;
-- statement
alter table sales.delivery_lines force row level security;
-- statement
create policy tenant on sales.delivery_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.delivery_lines for select to qooerp_warehouse using (true);
-- statement
grant select on sales.delivery_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert on sales.delivery_lines to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on sales.delivery_lines for each statement execute function kernel.refuse_change();
-- statement
alter table purchase.goods_inspections enable row level security;
-- statement
alter table purchase.goods_inspections force row level security;
-- statement
create policy tenant on purchase.goods_inspections using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.goods_inspections for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.goods_inspections to qooerp_app, qooerp_warehouse;
-- statement
grant insert on purchase.goods_inspections to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on purchase.goods_inspections for each statement execute function kernel.refuse_change();
-- statement
alter table purchase.landed_cost_lines enable row level security;
-- statement
alter table purchase.landed_cost_lines force row level security;
-- statement
create policy tenant on purchase.landed_cost_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on purchase.landed_cost_lines for select to qooerp_warehouse using (true);
-- statement
grant select on purchase.landed_cost_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert on purchase.landed_cost_lines to qooerp_app;
-- statement
create trigger refuse_change before update or delete or truncate on purchase.landed_cost_lines for each statement execute function kernel.refuse_change();
-- statement
alter table sales.return_request_lines enable row level security;
-- statement
alter table sales.return_request_lines force row level security;
-- statement
create policy tenant on sales.return_request_lines using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- statement
create policy warehouse on sales.return_request_lines for select to qooerp_warehouse using (true);
-- statement
grant select on sales.return_request_lines to qooerp_app, qooerp_warehouse;
-- statement
grant insert, update, delete on sales.return_request_lines to qooerp_app;
-- statement
create trigger refresh_row_xid before update on sales.return_request_lines for each row execute function kernel.refresh_row_xid();
-- statement
create trigger leave_tombstone after delete on sales.return_request_lines referencing old table as old_rows for each statement execute function kernel.leave_tombstone();
-- statement
create trigger audit_insert after insert on sales.return_request_lines referencing new table as new_rows for each statement execute function kernel.audit_insert();
-- statement
create trigger audit_update after update on sales.return_request_lines referencing old table as old_rows new table as new_rows for each statement execute function kernel.audit_update();
-- statement
create trigger audit_delete after delete on sales.return_request_lines referencing old table as old_rows for each statement execute function kernel.audit_delete();
-- statement
create or replace function assistant.keep_item_vectors(
    tenant uuid, model text, given_items uuid[], hashes text[], vectors text[]
) returns bigint language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    kept bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true);
    -- An item may be gone since it was landed.
    insert into assistant.item_vectors (tenant_id, id, item_id, words_hash, embedding_name, embedding)
    select items.tenant_id, gen_random_uuid(), items.id, given.hash, model, given.embedding::vector
    from unnest(given_items, hashes, vectors) as given (item_id, hash, embedding)
    inner join catalog.items on items.tenant_id = tenant and items.id = given.item_id
    order by items.id
    on conflict (tenant_id, item_id) do update set words_hash = excluded.words_hash,
        embedding_name = excluded.embedding_name, embedding = excluded.embedding, updated_at = now(),
        version = item_vectors.version + 1;
    get diagnostics kept = row_count;
    return kept;
end $$;
-- statement
revoke all on function assistant.keep_item_vectors(uuid, text, uuid[], text[], text[]) from public;
-- statement
grant execute on function assistant.keep_item_vectors(uuid, text, uuid[], text[], text[]) to qooerp_warehouse;
-- statement
create or replace function identity.erase_sign_ins(
    tenant uuid, person uuid, account uuid, replacement text
) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
    more bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true), set_config('app.erasing', 'on', true);
    update identity.logins set username = replacement, address = null, agent = null, country = null
    where user_id = person and username <> replacement;
    get diagnostics changed = row_count;
    update identity.sign_in_attempts set username = replacement, address = null, agent = null
    where account_id = account and username <> replacement;
    get diagnostics more = row_count;
    perform set_config('app.erasing', '', true);
    return changed + more;
end $$;
-- statement
revoke all on function identity.erase_sign_ins(uuid, uuid, uuid, text) from public;
-- statement
grant execute on function identity.erase_sign_ins(uuid, uuid, uuid, text) to qooerp_warehouse;
-- statement
create or replace function identity.settle_erasure(
    tenant uuid, erasure uuid, reached text, found_places jsonb
) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform set_config('app.tenant_id', tenant::text, true);
    update identity.erasures set state = reached, places = places || found_places, version = version + 1,
        replaced_at = coalesce(replaced_at, now()), done_at = case when reached = 'done' then now() end,
        texts = case when reached = 'done' then '[]' else texts end,
        own_texts = case when reached = 'done' then '[]' else own_texts end
    where id = erasure;
end $$;
-- statement
revoke all on function identity.settle_erasure(uuid, uuid, text, jsonb) from public;
-- statement
grant execute on function identity.settle_erasure(uuid, uuid, text, jsonb) to qooerp_warehouse;
-- statement
create or replace function ledger.carry_balances(company uuid) returns void language plpgsql as $$
declare
    author uuid := nullif(current_setting('app.user_id', true), '')::uuid;
    head record;
begin
    select chain_position, carried_position into head from ledger.ledger_heads where company_id = company;
    insert into ledger.carried_balances (
        tenant_id, id, company_id, account_id, dimension, dimension_id, month_on, amount, created_by
    )
    select
        lines.tenant_id, gen_random_uuid(), lines.company_id, lines.account_id, parts.dimension, parts.dimension_id,
        date_trunc('month', lines.posted_on)::date, sum(lines.amount), author
    from ledger.journal_entries as entries
    inner join ledger.journal_lines as lines
        on entries.tenant_id = lines.tenant_id and entries.id = lines.entry_id
    cross join lateral (values
        ('account_id', lines.account_id),
        ('party_id', lines.party_id),
        ('item_id', lines.item_id),
        ('warehouse_id', lines.warehouse_id),
        ('cost_centre_id', lines.cost_centre_id),
        ('project_id', lines.project_id),
        ('tax_code_id', lines.tax_code_id)
    ) as parts (dimension, dimension_id)
    where
        entries.company_id = company
        and entries.chain_position > head.carried_position
        and entries.chain_position <= head.chain_position
        and parts.dimension_id is not null
    group by
        lines.tenant_id, lines.company_id, lines.account_id, parts.dimension, parts.dimension_id,
        date_trunc('month', lines.posted_on)
    on conflict (tenant_id, account_id, dimension, month_on, dimension_id)
    do update set
        amount = carried_balances.amount + excluded.amount,
        updated_at = now(),
        updated_by = excluded.created_by,
        version = carried_balances.version + 1;
    update ledger.ledger_heads set carried_position = head.chain_position, version = version + 1, updated_at = now(),
        updated_by = author
    where company_id = company;
end $$;
-- statement
create or replace function ledger.place_entries(
    companies uuid[], series text[], contents text[]
) returns table (place integer, number bigint, chain_position bigint, previous_hash bytea, hash bytea)
language plpgsql as $$
#variable_conflict use_variable
declare
    head record;
    placed integer := 0;
begin
    -- Whoever posts holds the ends of the chains it adds to, in one order.
    for head in
        select heads.id, heads.company_id, heads.chain_position, heads.hash, heads.last_numbers,
            heads.carried_position
        from ledger.ledger_heads as heads
        where heads.company_id = any(companies)
        order by heads.company_id
        for update
    loop
        if head.chain_position - head.carried_position >= 5000 then
            perform ledger.carry_balances(head.company_id);
        end if;
        chain_position := head.chain_position;
        hash := head.hash;
        for nth in 1..cardinality(companies) loop
            continue when companies[nth] <> head.company_id;
            place := nth;
            number := coalesce((head.last_numbers ->> series[nth])::bigint, 0) + 1;
            head.last_numbers := head.last_numbers || jsonb_build_object(series[nth], number);
            chain_position := chain_position + 1;
            previous_hash := hash;
            -- The bytes of `transactional.ledger.chain.entry_hash`.
            hash := sha256(
                '\x02'::bytea || hash || int8send(number) || int8send(chain_position) || decode(contents[nth], 'hex')
            );
            placed := placed + 1;
            return next;
        end loop;
        update ledger.ledger_heads as heads
        set chain_position = place_entries.chain_position, hash = place_entries.hash, last_numbers = head.last_numbers,
            version = heads.version + 1, updated_at = now(),
            updated_by = nullif(current_setting('app.user_id', true), '')::uuid
        where heads.id = head.id;
    end loop;
    if placed < cardinality(companies) then
        raise exception 'a company without a chart of accounts has no journal';
    end if;
end $$;
