{# A text as a number where it is one: attributes are free, and a word among them must not stop the load. #}
{%- macro number_of(text) -%}
    case when {{ text }} ~ '^-?\d{1,12}(\.\d{1,4})?$' then cast({{ text }} as numeric) end
{%- endmacro -%}
