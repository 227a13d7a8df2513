//! A second factor as a drawing a phone's camera reads: squares as one path of an SVG, drawn here, no image and no
//! script. The setup key stands beside it in letters.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// White around the squares, as the standard asks for.
const QUIET: i32 = 4;

/// A drawing of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Qr {
    /// Length of a side, white included.
    pub side: i32,
    /// The dark squares, as the `d` of a path.
    pub path: String,
}

impl Qr {
    /// Draws a text; `None` when it is too long for any code.
    pub fn of(text: &str) -> Option<Qr> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
        Some(Qr { side: code.size() + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_corners_are_where_a_camera_looks_for_them() {
        // given the address of a second factor
        let qr =
            Qr::of("otpauth://totp/Plantgate:me?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Plantgate").unwrap();
        // then three corners have a dark square at their outer edge, the fourth has none of the frame
        let last = qr.side - QUIET - 1;
        for (x, y) in [(QUIET, QUIET), (last, QUIET), (QUIET, last)] {
            assert!(qr.path.contains(&format!("M{x},{y}h1")), "{x},{y}");
        }
        assert!(qr.side >= 21 + 2 * QUIET);
        assert!(Qr::of(&"x".repeat(5_000)).is_none());
    }
}
