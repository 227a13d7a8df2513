//! Whether a value is what a schema of the API says: the words of JSON Schema that our schemas use, and no other.

use plantgate_domain::base::{Day, Instant, ZoneName};
use serde_json::Value;
use uuid::Uuid;

/// Whether the schema takes the value.
pub fn takes(schema: &Value, value: &Value) -> bool {
    let s = schema.as_object().unwrap_or_else(|| panic!("no schema: {schema}"));
    for word in s.keys() {
        let known = ["type", "format", "enum", "minimum", "maximum", "items", "properties", "required"];
        let more = ["additionalProperties", "anyOf", "oneOf"];
        assert!(known.contains(&word.as_str()) || more.contains(&word.as_str()), "the schema says `{word}`");
    }
    let counted = |all: &Value| all.as_array().unwrap().iter().filter(|s| takes(s, value)).count();
    s.get("type").is_none_or(|t| typed(t.as_str().unwrap(), value))
        && s.get("format").is_none_or(|f| formatted(f.as_str().unwrap(), value))
        && s.get("enum").is_none_or(|words| words.as_array().unwrap().contains(value))
        && s.get("minimum").is_none_or(|least| least.as_i64() <= value.as_i64().or(Some(i64::MAX)))
        && s.get("maximum").is_none_or(|most| value.as_i64().is_some_and(|n| n < 0) || value.as_u64() <= most.as_u64())
        && s.get("items").is_none_or(|one| value.as_array().is_none_or(|all| all.iter().all(|v| takes(one, v))))
        && fields(schema, value)
        && s.get("anyOf").is_none_or(|all| counted(all) > 0)
        && s.get("oneOf").is_none_or(|all| counted(all) == 1)
}

fn typed(word: &str, value: &Value) -> bool {
    match word {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("the schema says type {other}"),
    }
}

fn formatted(word: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    match word {
        "uuid" => text.parse::<Uuid>().is_ok(),
        "date" => text.parse::<Day>().is_ok(),
        "date-time" => text.parse::<Instant>().is_ok(),
        "time-zone" => text.parse::<ZoneName>().is_ok(),
        other => panic!("the schema says format {other}"),
    }
}

fn fields(schema: &Value, value: &Value) -> bool {
    let (Some(fields), true) = (value.as_object(), schema["type"] == "object") else { return true };
    let required = schema["required"].as_array().into_iter().flatten();
    let there = required.map(|r| r.as_str().unwrap()).all(|r| fields.contains_key(r));
    there
        && fields.iter().all(|(name, v)| match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(one), _) => takes(one, v),
            (None, Value::Bool(more)) => *more,
            (None, Value::Null) => true,
            (None, one) => takes(one, v),
        })
}
