use crate::cellar;

pub struct Stove;

pub fn boil(_: &Stove) {
    cellar::light();
}
