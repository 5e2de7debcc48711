//! Texts in the panel: each is all that an element of its own holds, and belongs to that element, not to a text node.
//!
//! Whoever translates a page puts elements of their own in the place of its text nodes, also of ours, and also where
//! `translate="no"` asks them not to. A text node that is remembered would go on changing where nobody sees it, and what
//! should come before or after it would come nowhere: a former customer's name over another one's chat. An element stays
//! where it is, and what it says replaces whatever stands in it by then.

use std::borrow::Cow;

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::element::{ElementType, HtmlElement, InnerHtml, InnerHtmlValue, inner_html};
use leptos::tachys::renderer::types::Element;
use leptos::tachys::view::add_attr::AddAnyAttr;

/// A text on its way into its element.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Said(Cow<'static, str>);

/// What an element can say.
pub(crate) trait Words {
    type Value: InnerHtmlValue;
    fn into_value(self) -> Self::Value;
}

/// Elements that say something, and hold nothing else: `<p says=…></p>`. A literal stands in braces.
pub(crate) trait Says: AddAnyAttr + Sized {
    fn says<W: Words>(self, words: W) -> <Self as AddAnyAttr>::Output<InnerHtml<W::Value>> {
        self.add_any_attr(inner_html(words.into_value()))
    }
}

impl<E: ElementType, At: Attribute> Says for HtmlElement<E, At, ()> where Self: AddAnyAttr {}

impl From<&'static str> for Said {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Words for &'static str {
    type Value = Said;
    fn into_value(self) -> Said {
        self.into()
    }
}

impl Words for String {
    type Value = Said;
    fn into_value(self) -> Said {
        self.into()
    }
}

/// What changes. Boxed, so that the WASM has the code for it once.
impl<F: Fn() -> T + Send + 'static, T: Into<Said>> Words for F {
    type Value = Box<dyn FnMut() -> Said + Send>;
    fn into_value(self) -> Self::Value {
        Box::new(move || self().into())
    }
}

/// Text, never HTML, although it takes the way that HTML would.
impl InnerHtmlValue for Said {
    type AsyncOutput = Self;
    type State = (Element, Self);
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn html_len(&self) -> usize {
        self.0.len()
    }

    fn to_html(self, buf: &mut String) {
        if !self.0.is_empty() {
            buf.push_str(&RenderHtml::to_html(self.0.as_ref()));
        }
    }

    fn to_template(_: &mut String) {}

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Self::State {
        if FROM_SERVER { (element.clone(), self) } else { self.build(element) }
    }

    fn build(self, element: &Element) -> Self::State {
        element.set_text_content(Some(&self.0));
        (element.clone(), self)
    }

    fn rebuild(self, state: &mut Self::State) {
        if self != state.1 {
            *state = self.build(&state.0);
        }
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }
}
