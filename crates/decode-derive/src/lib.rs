//! `#[derive(Decode)]`: what one would write by hand to read a type of the wire out of JSON, out of its own declaration.
//!
//! It stands beside serde's derives and reads the same attributes, so that nothing is said twice; of attributes that it does
//! not know the compiler complains. What it writes implements `chathub_domain::decode::Decode`: a look at a parsed value for
//! each member, and no other shape of anything.
//!
//! Where our decoders are more lenient than serde's, that is told them:
//! - `#[decode(unreadable)]` beside `#[serde(other)]`: this variant is also what is of a known name and can't be read;
//! - `#[decode(otherwise = path)]` on an enum: what is of no known name, this function makes of its JSON.
//!
//! And always: what is optional, or has a default, is absent where it can't be read.

mod told;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{
    Attribute, Data, DataEnum, DeriveInput, Error, Fields, FieldsNamed, Ident, Result, Variant,
    parse_macro_input,
};

use told::{Told, told};

#[proc_macro_derive(Decode, attributes(serde, decode))]
pub fn decode(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    decoder(&input).unwrap_or_else(Error::into_compile_error).into()
}

fn decoder(input: &DeriveInput) -> Result<TokenStream> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "Decode knows no generics"));
    }
    let body = match &input.data {
        Data::Struct(data) => of_struct(input, &data.fields)?,
        Data::Enum(data) if by_number(&input.attrs)? => of_numbers(input, data)?,
        Data::Enum(data) => of_enum(input, data)?,
        Data::Union(_) => return Err(Error::new_spanned(input, "Decode knows no unions")),
    };
    let name = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        impl ::chathub_domain::decode::Decode for #name {
            fn decode(json: &::chathub_domain::decode::Value) -> ::core::option::Option<Self> {
                #body
            }
        }
    })
}

fn of_struct(input: &DeriveInput, fields: &Fields) -> Result<TokenStream> {
    match fields {
        Fields::Named(fields) => {
            told(&input.attrs, &[])?;
            let members = members(fields)?;
            Ok(quote! { Some(Self { #members }) })
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            told(&input.attrs, &["transparent"])?;
            told(&fields.unnamed[0].attrs, &[])?;
            Ok(quote! { Some(Self(::chathub_domain::decode::Decode::decode(json)?)) })
        }
        _ => Err(Error::new_spanned(input, "Decode knows structs of names, or of one value")),
    }
}

/// Where serde_repr is told a number of each variant.
fn by_number(attributes: &[Attribute]) -> Result<bool> {
    let repr = attributes.iter().find(|attribute| attribute.path().is_ident("repr"));
    let Some(repr) = repr else { return Ok(false) };
    match repr.parse_args::<Ident>()? {
        number if number == "u8" => Ok(true),
        other => Err(Error::new_spanned(other, "Decode knows `u8` here")),
    }
}

fn of_numbers(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    told(&input.attrs, &[])?;
    let mut arms = TokenStream::new();
    for Variant { ident, fields, attrs, .. } in &data.variants {
        told(attrs, &[])?;
        let Fields::Unit = fields else { return Err(Error::new_spanned(fields, "a number holds nothing")) };
        arms.extend(quote! { number if number == Self::#ident as i64 => Self::#ident, });
    }
    Ok(quote! { Some(match json.as_i64()? { #arms _ => return None }) })
}

fn of_enum(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let whole = told(&input.attrs, &["tag", "rename_all", "otherwise"])?;
    let mut arms = TokenStream::new();
    let mut otherwise = match &whole.otherwise {
        Some(path) => quote! { #path(json) },
        None => quote! { return None },
    };
    let mut unreadable = None;
    for variant in &data.variants {
        let Variant { ident, fields, attrs, .. } = variant;
        let of_variant = told(attrs, &["rename", "other", "unreadable"])?;
        let value = match fields {
            Fields::Unit => quote! { Self::#ident },
            _ if whole.tag.is_none() => {
                return Err(Error::new_spanned(
                    variant,
                    "Decode needs a `tag` where variants hold something",
                ));
            }
            Fields::Named(fields) => {
                let members = members(fields)?;
                quote! { Self::#ident { #members } }
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                told(&fields.unnamed[0].attrs, &[])?;
                quote! { Self::#ident(::chathub_domain::decode::Decode::decode(json)?) }
            }
            Fields::Unnamed(_) => {
                return Err(Error::new_spanned(variant, "Decode knows variants of one value"));
            }
        };
        if of_variant.unreadable {
            unreadable = Some(quote! { Self::#ident });
        }
        if of_variant.other {
            otherwise = value;
        } else {
            let name = name(&of_variant, &whole, ident);
            arms.extend(quote! { #name => #value, });
        }
    }
    let name = match &whole.tag {
        Some(tag) => quote! { ::chathub_domain::decode::member(json, #tag) },
        None => quote! { json },
    };
    let read = quote! { Some(match #name.as_str()? { #arms _ => #otherwise }) };
    Ok(match unreadable {
        Some(variant) => quote! { Some((|| #read)().unwrap_or(#variant)) },
        None => read,
    })
}

/// What each of the fields is read from.
fn members(fields: &FieldsNamed) -> Result<TokenStream> {
    let mut members = TokenStream::new();
    for field in &fields.named {
        let of_field = told(&field.attrs, &["rename", "flatten", "default", "skip_serializing_if"])?;
        let ident = field.ident.as_ref().expect("fields of names have names");
        let name = of_field.rename.unwrap_or_else(|| ident.unraw().to_string());
        let json = match of_field.flatten {
            true => quote! { json },
            false => quote! { ::chathub_domain::decode::member(json, #name) },
        };
        let absent = match of_field.default {
            true => quote! { .unwrap_or_default() },
            false => quote! { ? },
        };
        members.extend(quote! { #ident: ::chathub_domain::decode::Decode::decode(#json)#absent, });
    }
    Ok(members)
}

/// What a variant is called on the wire.
fn name(variant: &Told, whole: &Told, ident: &Ident) -> String {
    let ident = ident.unraw().to_string();
    match &variant.rename {
        Some(name) => name.clone(),
        None if whole.rename_all => snake_case(&ident),
        None => ident,
    }
}

/// As serde makes it.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (place, letter) in name.char_indices() {
        if place > 0 && letter.is_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests;
