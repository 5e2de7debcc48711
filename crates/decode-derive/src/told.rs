//! What serde is told of a type, a variant or a field, and what we are told beside it.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, LitStr, Path, Result};

#[derive(Default)]
pub struct Told {
    /// The member that names the variant.
    pub tag: Option<String>,
    pub rename: Option<String>,
    /// To snake case: nothing else is on our wire.
    pub rename_all: bool,
    pub default: bool,
    pub flatten: bool,
    pub other: bool,
    pub unreadable: bool,
    pub otherwise: Option<Path>,
}

/// What is told, if all of it is among what is known at this place.
///
/// # Errors
/// What is not known, or not in this form.
pub fn told(attributes: &[Attribute], known: &[&str]) -> Result<Told> {
    let mut told = Told::default();
    for attribute in attributes {
        let path = attribute.path();
        if path.is_ident("serde") || path.is_ident("decode") {
            attribute.parse_nested_meta(|meta| told.note(&meta, known))?;
        }
    }
    Ok(told)
}

impl Told {
    fn note(&mut self, meta: &ParseNestedMeta<'_>, known: &[&str]) -> Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        if !known.contains(&name.as_str()) {
            return Err(meta.error("Decode does not know this attribute here"));
        }
        match name.as_str() {
            "tag" => self.tag = Some(text(meta)?.value()),
            "rename" => self.rename = Some(text(meta)?.value()),
            "rename_all" => {
                let case = text(meta)?;
                if case.value() != "snake_case" {
                    return Err(syn::Error::new_spanned(case, "Decode knows `snake_case` here"));
                }
                self.rename_all = true;
            }
            "default" => self.default = true,
            "flatten" => self.flatten = true,
            "other" => self.other = true,
            "unreadable" => self.unreadable = true,
            "otherwise" => self.otherwise = Some(meta.value()?.parse()?),
            // Of writing alone.
            "skip_serializing_if" => drop(meta.value()?.parse::<Expr>()?),
            // Nothing else is possible where there is one value.
            "transparent" => {}
            _ => unreachable!("all that is known is read"),
        }
        Ok(())
    }
}

fn text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}
