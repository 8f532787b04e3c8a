{#- A text as a date, null where it is none: words in free attributes must not stop a load. -#}
{%- macro date_of(text) -%}
    case
        when {{ text }} ~ '^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$' then cast({{ text }} as date)
        when {{ text }} ~ '^[12]\d{3}-((0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)$' then cast({{ text }} as date)
        -- The last day of February, whichever the year has.
        when {{ text }} ~ '^[12]\d{3}-02-29$' then cast(left({{ text }}, 4) || '-03-01' as date) - 1
    end
{%- endmacro -%}
