//! A picture that phones read. ISO/IEC 18004.

use std::fmt::Write;

use qrcode::{Color, QrCode};

/// Light modules that must stand around it. §5.3.8.
const QUIET: usize = 4;

/// A square of so many units, and the dark part of it as the path of an SVG.
#[derive(Debug)]
pub struct Qr {
    pub size: usize,
    pub path: String,
}

/// None where the text is too long for a picture.
pub fn of(text: &str) -> Option<Qr> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                // A string takes all that is written to it.
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some(Qr { size: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_has_two_corners_and_the_quiet_zone_is_empty() {
        let qr = of("otpauth://totp/x?secret=A").expect("a picture");
        assert!(qr.path.starts_with("M4 4h7v1h-7z"), "{}", qr.path);
        assert_eq!(qr.size % 4, (21 + 8) % 4);
    }

    /// The dark modules that the path covers, row by row.
    fn drawn(path: &str) -> Vec<(usize, usize)> {
        let runs = path.split('M').skip(1).map(|run| {
            let numbers: Vec<usize> =
                run.split([' ', 'h', 'v']).take(3).map(|number| number.parse().expect("a number")).collect();
            (numbers[0], numbers[1], numbers[2])
        });
        runs.flat_map(|(x, y, length)| (x..x + length).map(move |x| (x - QUIET, y - QUIET))).collect()
    }

    #[test]
    fn the_path_is_what_the_encoder_says() {
        let text = "otpauth://totp/localhost:alice?secret=KZB5NVGG7LJY3OQ3CK4PM5HYB3AX53IX&issuer=localhost";
        let code = QrCode::new(text).expect("a code");
        let colors = code.to_colors().into_iter().enumerate();
        let dark: Vec<_> = colors
            .filter(|(_, color)| *color == Color::Dark)
            .map(|(at, _)| (at % code.width(), at / code.width()))
            .collect();
        assert_eq!(drawn(&of(text).expect("a picture").path), dark);
    }

    #[test]
    fn what_is_too_long_has_no_picture() {
        assert!(of(&"x".repeat(4_000)).is_none());
    }
}
