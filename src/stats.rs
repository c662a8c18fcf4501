//! Pure mathematics without one domain word.
