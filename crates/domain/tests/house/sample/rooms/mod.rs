mod bath;
pub mod kitchen;

pub use bath::Tub;
pub use kitchen::Stove;

#[derive(Debug)]
pub struct Key;

#[cfg(test)]
mod tests {
    use crate::attic::look;
}
