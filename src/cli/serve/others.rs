//! By which addresses others reach this machine.
//!
//! A machine has many addresses, of which most lead nowhere from outside: those of bridges,
//! of tunnels, of itself. So the system is asked which one it would send from to somebody
//! else: a socket of UDP is told whom it would send to, and nothing is ever sent. Names are
//! none of it: no name is answered to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// Addresses for documentation, which nobody has (RFC 5737, RFC 3849), at the port of
/// `discard`.
const NOBODY: [(IpAddr, u16); 2] = [
    (IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9),
    (
        IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
        9,
    ),
];

/// The addresses of this machine by which others reach it.
pub fn own() -> Vec<IpAddr> {
    let own = NOBODY.iter().filter_map(|nobody| from_here_to(*nobody));
    own.filter(|own| is_for_others(*own)).collect()
}

/// The addresses of this machine by which others reach what listens on `port` of all
/// interfaces.
pub fn addresses(host: IpAddr, port: u16) -> Vec<SocketAddr> {
    let own = own().into_iter().map(|own| SocketAddr::new(own, port));
    own.filter(|own| own.is_ipv4() == host.is_ipv4() || answers(host, *own))
        .collect()
}

/// The address that this machine would send from.
fn from_here_to(other: (IpAddr, u16)) -> Option<IpAddr> {
    let any: IpAddr = match other.0 {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(other).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

fn is_for_others(address: IpAddr) -> bool {
    // An address of one link says nothing without the name that the link has on the other's
    // machine.
    let is_of_a_link = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !address.is_unspecified() && !address.is_loopback() && !is_of_a_link
}

/// Whether what listens on all interfaces of IPv6 has those of IPv4 too, which is a setting
/// of the system. The other way round there is no such thing.
fn answers(host: IpAddr, address: SocketAddr) -> bool {
    /// It does not leave this machine.
    const SOON: Duration = Duration::from_millis(200);
    host.is_ipv6() && TcpStream::connect_timeout(&address, SOON).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_lead_here_from_outside_are_for_others() {
        for (address, expected) in [
            ("192.168.1.7", true),
            ("fd00::2", true),
            ("2001:db8::7", true),
            ("0.0.0.0", false),
            ("::", false),
            ("127.0.0.1", false),
            ("::1", false),
            ("169.254.3.4", false),
            ("fe80::1", false),
        ] {
            assert_eq!(
                is_for_others(address.parse().unwrap()),
                expected,
                "{address}"
            );
        }
    }
}
