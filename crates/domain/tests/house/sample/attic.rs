use crate::cellar as below;
use crate::rooms::{Stove, kitchen};
use crate::rooms::*;

pub fn look(stove: &Stove) -> Vec<below::Coal> {
    kitchen::boil(stove);
    vec![format!("{:?}", Tub).len().into()]
}
