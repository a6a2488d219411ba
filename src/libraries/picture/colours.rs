//! Numbers as colours: dark blue for the least, yellow for the most, evenly apart for the
//! eye and for those who tell no red from green.

/// Points of the ramp, evenly apart.
const RAMP: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];

/// The colour of a place between 0 and 1.
pub fn colour(part: f64) -> [u8; 3] {
    let last = RAMP.len() - 1;
    let place = part.clamp(0.0, 1.0) * last as f64;
    let at = (place as usize).min(last - 1);
    let rest = place - at as f64;
    let point = |at: usize| RAMP.get(at).copied().unwrap_or_default();
    let (low, high) = (point(at), point(at + 1));
    let mut mixed = [0; 3];
    for (slot, (low, high)) in mixed.iter_mut().zip(low.into_iter().zip(high)) {
        *slot = (f64::from(low) + (f64::from(high) - f64::from(low)) * rest + 0.5) as u8;
    }
    mixed
}
