//! Views, and what changes in them, without a type of their own: the WASM has the code that handles them once, however
//! many there are. Unlike an `AnyView`, a part knows no waiting and no HTML, and that is most of an `AnyView`'s weight.

use std::borrow::Cow;

#[cfg(not(feature = "ssr"))]
pub(super) use browser::{Part, lasting, made, part};
#[cfg(feature = "ssr")]
pub(super) use server::{Part, lasting, made, part};

/// What changes. The view around it is the same for all that change.
pub(super) fn changing<T: 'static>(
    value: impl FnMut() -> T + Send + 'static,
) -> Box<dyn FnMut() -> T + Send> {
    Box::new(value)
}

/// What is done when something happens to an element.
pub(super) fn heard<E: 'static>(handler: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handler)
}

/// The value of an attribute that changes; none, and the attribute is not there.
pub(super) fn attribute<V: Value>(
    value: impl Fn() -> V + Send + 'static,
) -> Box<dyn FnMut() -> Option<Cow<'static, str>> + Send> {
    Box::new(move || value().into_value())
}

pub(super) trait Value {
    fn into_value(self) -> Option<Cow<'static, str>>;
}

impl Value for &'static str {
    fn into_value(self) -> Option<Cow<'static, str>> {
        Some(self.into())
    }
}

impl Value for String {
    fn into_value(self) -> Option<Cow<'static, str>> {
        Some(self.into())
    }
}

/// An attribute that says all by being there.
impl Value for bool {
    fn into_value(self) -> Option<Cow<'static, str>> {
        self.then_some("".into())
    }
}

impl<V: Value> Value for Option<V> {
    fn into_value(self) -> Option<Cow<'static, str>> {
        self.and_then(V::into_value)
    }
}

/// On a server even the panel's whole type would be deeper than the compiler looks, and nothing is downloaded.
#[cfg(feature = "ssr")]
mod server {
    use leptos::prelude::{AnyView, IntoAny, IntoView};

    pub(in crate::panel::view) type Part = AnyView;

    pub(in crate::panel::view) fn part(view: impl IntoView + 'static) -> Part {
        view.into_any()
    }

    pub(in crate::panel::view) fn made(view: impl IntoView + 'static) -> Part {
        view.into_any()
    }

    pub(in crate::panel::view) fn lasting(view: impl IntoView + 'static) -> Part {
        view.into_any()
    }
}

#[cfg(not(feature = "ssr"))]
mod browser {
    use leptos::prelude::*;
    use leptos::tachys::html::attribute::Attribute;
    use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::renderer::types::{Element, Node};
    use leptos::tachys::view::add_attr::AddAnyAttr;
    use leptos::tachys::view::{Mountable, Position, PositionState};

    /// Makes the view, or takes over what the server has made of it at that place.
    type Show = dyn FnOnce(Option<(&Cursor, &PositionState)>) -> Shown + Send;

    /// A view that takes over what the server has made of it, or is made in the browser later.
    pub(in crate::panel::view) struct Part(Box<Show>);

    /// A part in the page.
    pub(in crate::panel::view) struct Shown(Box<dyn Placed>);

    /// As much of `Mountable` as a part needs: each type of view has code for every function.
    trait Placed {
        fn leave(&mut self);
        fn enter(&mut self, parent: &Element, marker: Option<&Node>);
        fn put_before(&self, child: &mut dyn Mountable) -> bool;
    }

    impl<T: Mountable> Placed for T {
        fn leave(&mut self) {
            self.unmount();
        }

        fn enter(&mut self, parent: &Element, marker: Option<&Node>) {
            self.mount(parent, marker);
        }

        fn put_before(&self, child: &mut dyn Mountable) -> bool {
            self.insert_before_this(child)
        }
    }

    pub(in crate::panel::view) fn part<V: IntoView + 'static>(view: V) -> Part
    where
        V::State: 'static,
    {
        Part(Box::new(move |place| {
            Shown(match place {
                Some((cursor, position)) => Box::new(view.hydrate::<true>(cursor, position)),
                None => Box::new(view.build()),
            })
        }))
    }

    /// What is there for as long as the panel is taken over with it and never made: it stays as it is, since a part would
    /// have code for both.
    pub(in crate::panel::view) fn lasting(view: impl IntoView + 'static) -> impl IntoView {
        view
    }

    /// A part that is in no panel that comes from a server, and so has nothing to take over.
    pub(in crate::panel::view) fn made<V: IntoView + 'static>(view: V) -> Part
    where
        V::State: 'static,
    {
        Part(Box::new(move |_| Shown(Box::new(view.build()))))
    }

    impl Render for Part {
        type State = Shown;

        fn build(self) -> Shown {
            (self.0)(None)
        }

        /// Another view takes the former one's place.
        fn rebuild(self, state: &mut Shown) {
            let mut former = std::mem::replace(state, self.build());
            former.insert_before_this(state);
            former.unmount();
        }
    }

    impl RenderHtml for Part {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        /// A browser writes no HTML.
        fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Shown {
            (self.0)(Some((cursor, position)))
        }

        fn into_owned(self) -> Self {
            self
        }
    }

    /// Attributes belong to elements; none is given to a part.
    impl AddAnyAttr for Part {
        type Output<A: Attribute> = Self;

        fn add_any_attr<A: Attribute>(self, _: A) -> Self {
            self
        }
    }

    impl Mountable for Shown {
        fn unmount(&mut self) {
            self.0.leave();
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            self.0.enter(parent, marker);
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            self.0.put_before(child)
        }

        /// Asked for where attributes are given to views later, which nobody does to a part.
        fn elements(&self) -> Vec<Element> {
            Vec::new()
        }
    }
}
