//! Closed lists of words, each declared in one place.

/// Declares a closed list of words: an enumeration with the words that logs, rulebooks and output
/// use for its values.
///
/// # Example
///
/// ```
/// facts::words! {
///     /// The colour of a traffic light.
///     Light {
///         /// Stop.
///         Red = "red",
///         /// Go.
///         Green = "green",
///     }
/// }
/// assert_eq!(Light::from_word("green"), Some(Light::Green));
/// assert_eq!(Light::ALL[Light::Red.code() as usize].word(), "red");
/// ```
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every value, in declaration order; the position is the byte code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Every value with its word, in declaration order.
            pub const WORDS: &'static [(&'static str, Self)] = &[$(($text, Self::$variant)),+];

            /// The word for the value.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value of a word, `None` for a word that is not in the list.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)+ _ => None }
            }

            /// The value of a byte code, `None` where there is none.
            #[must_use]
            pub fn from_code(code: u8) -> Option<Self> {
                Self::ALL.get(code as usize).copied()
            }

            /// The byte code: the position in [`Self::ALL`].
            #[must_use]
            pub const fn code(self) -> u8 {
                self as u8
            }
        }
    };
}
