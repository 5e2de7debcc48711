pub struct Coal(usize);

impl From<usize> for Coal {
    fn from(weight: usize) -> Self {
        Self(weight)
    }
}

pub fn light() {}
