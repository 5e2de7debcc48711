use super::Key;

#[derive(Debug)]
pub struct Tub(Key);
