//! What the panel and our other pages are both made of. It works in the browser and without it, has no `style` attribute,
//! and its texts are said by elements of their own (`text`). How it looks is in `style/parts/`.

mod avatar;
pub(crate) mod text;

pub(crate) use avatar::avatar;
