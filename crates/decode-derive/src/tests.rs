//! What the derive refuses: what it overlooked would be read in another way than serde's.

use syn::parse_str;

use super::*;

/// What the compiler says of a declaration; nothing of a good one.
fn complaint(declaration: &str) -> String {
    let input = parse_str(declaration).expect("it is Rust");
    decoder(&input).err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn what_it_does_not_know_is_an_error() {
    let unknown = "Decode does not know this attribute here";
    for (declaration, expected) in [
        ("#[serde(deny_unknown_fields)] struct A { b: u32 }", unknown),
        ("#[serde(rename_all = \"snake_case\")] struct A { b: u32 }", unknown),
        ("struct A { #[serde(alias = \"c\")] b: u32 }", unknown),
        ("struct A { #[serde(with = \"c\")] b: u32 }", unknown),
        ("struct A { #[serde(rename = \"c\", skip)] b: u32 }", unknown),
        ("struct A { #[serde(default = \"c\")] b: u32 }", "expected `,`"),
        ("struct A { #[serde(rename(deserialize = \"c\"))] b: u32 }", "expected `=`"),
        ("struct A { #[decode(lenient)] b: u32 }", unknown),
        ("struct A(#[serde(default)] u32);", unknown),
        ("#[serde(tag = \"a\", content = \"b\")] enum A { B }", unknown),
        ("#[serde(rename_all = \"camelCase\")] enum A { B }", "Decode knows `snake_case` here"),
        ("#[serde(tag = \"a\")] enum A { #[serde(alias = \"c\")] B }", unknown),
        ("#[serde(tag = \"a\")] enum A { B(#[serde(default)] u32) }", unknown),
        ("#[serde(tag = \"a\")] enum A { B { #[serde(with = \"c\")] b: u32 } }", unknown),
        ("#[serde(tag = \"a\")] enum A { B(u32, u32) }", "Decode knows variants of one value"),
        ("enum A { B { c: u32 } }", "Decode needs a `tag` where variants hold something"),
        ("#[repr(i64)] enum A { B = 1 }", "Decode knows `u8` here"),
        ("#[repr(u8)] enum A { #[serde(other)] B = 1 }", unknown),
        ("struct A<T> { b: T }", "Decode knows no generics"),
        ("struct A(u32, u32);", "Decode knows structs of names, or of one value"),
    ] {
        assert_eq!(complaint(declaration), expected, "{declaration}");
    }
}

#[test]
fn what_serde_is_told_of_the_wire_is_known() {
    for declaration in [
        "#[serde(transparent)] struct A(i64);",
        "struct A { #[serde(flatten)] b: B, #[serde(default, skip_serializing_if = \"Vec::is_empty\")] c: Vec<C> }",
        "#[repr(u8)] enum A { B = 1, C = 2 }",
        "#[serde(tag = \"a\", rename_all = \"snake_case\")] #[decode(otherwise = Self::new)] enum A { B, C(D), E { f: G } }",
        "#[serde(rename_all = \"snake_case\")] enum A { #[serde(rename = \"b\")] B, #[serde(other)] #[decode(unreadable)] C }",
    ] {
        assert_eq!(complaint(declaration), "", "{declaration}");
    }
}
