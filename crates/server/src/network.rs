//! Addresses and networks, and whose address a request really comes from.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use axum::http::HeaderMap;

/// The header in which proxies note whom they answer.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// A range of addresses, such as `10.0.0.0/8`; a lone address is a range of one.
///
/// # Example
///
/// ```
/// use server::network::Network;
/// let network: Network = "10.0.0.0/8".parse()?;
/// assert!(network.has("10.1.2.3".parse()?));
/// assert!(!network.has("11.0.0.1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    length: u8,
}

/// A text that is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANetwork;

impl fmt::Display for NotANetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an address or a network such as `10.0.0.0/8`")
    }
}

impl std::error::Error for NotANetwork {}

impl Network {
    /// The addresses by which a machine reaches itself.
    #[must_use]
    pub const fn loopback() -> [Self; 2] {
        [
            Self { first: IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), length: 8 },
            Self { first: IpAddr::V6(Ipv6Addr::LOCALHOST), length: 128 },
        ]
    }

    /// Whether an address is in the range. An IPv4 address written as IPv6 is what it stands for.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        let (first, width) = bits(self.first);
        let (other, other_width) = bits(address.to_canonical());
        let shift = u32::from(width - self.length);
        width == other_width && first.checked_shr(shift) == other.checked_shr(shift)
    }
}

/// The bits of an address, and how many it has.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let (start, width) = bits(first);
        let length = match length {
            None => width,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().ok().filter(|n| *n <= width).ok_or(NotANetwork)?
            }
            Some(_) => return Err(NotANetwork),
        };
        // Bits beyond the length are a slip: `10.0.0.1/8` may mean one address or all.
        let beyond = match length {
            0 => start,
            length => start & ((1_u128 << (width - length)) - 1),
        };
        if beyond == 0 { Ok(Self { first, length }) } else { Err(NotANetwork) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if bits(self.first).1 == self.length {
            return write!(f, "{}", self.first);
        }
        write!(f, "{}/{}", self.first, self.length)
    }
}

/// Whose address a request comes from: the connection's own, unless that is a trusted proxy's;
/// then the last address in `X-Forwarded-For` that is none of a trusted proxy.
///
/// What stands before an address that is not trusted may be anybody's invention and is not looked
/// at; so is all of the header where something in it is no address.
///
/// # Example
///
/// ```
/// use axum::http::HeaderMap;
/// use server::network::{Network, client};
/// let mut headers = HeaderMap::new();
/// headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.2".parse()?);
/// let trusted: Vec<Network> = vec!["10.0.0.0/8".parse()?];
/// assert_eq!(client("10.0.0.1".parse()?, &headers, &trusted).to_string(), "203.0.113.9");
/// assert_eq!(client("203.0.113.1".parse()?, &headers, &trusted).to_string(), "203.0.113.1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.has(address));
    let mut client = peer.to_canonical();
    let values = headers.get_all(FORWARDED_FOR).into_iter().collect::<Vec<_>>();
    let said = values.iter().rev().flat_map(|value| {
        let text = value.to_str().unwrap_or("?");
        text.rsplit(',').map(|part| part.trim().parse::<IpAddr>().ok())
    });
    for address in said {
        if !is_trusted(client) {
            break;
        }
        let Some(address) = address else { break };
        client = address.to_canonical();
    }
    client
}

/// Whether a request was passed on by somebody.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    [FORWARDED_FOR, "forwarded", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Result<Network, NotANetwork> {
        text.parse()
    }

    #[test]
    fn networks_come_back_as_written_and_slips_do_not_pass() {
        for text in ["10.0.0.0/8", "::1", "192.168.1.7", "fd00::/8", "0.0.0.0/0", "::/0"] {
            assert_eq!(network(text).unwrap().to_string(), text);
        }
        for wrong in ["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "x", "", "::1/129"] {
            assert_eq!(network(wrong), Err(NotANetwork), "{wrong}");
        }
    }

    #[test]
    fn both_ends_of_a_network_are_in_it() {
        let range = network("192.168.4.0/22").unwrap();
        let has = |text: &str| range.has(text.parse().unwrap());
        assert!(has("192.168.4.0") && has("192.168.7.255") && has("::ffff:192.168.5.1"));
        assert!(!has("192.168.3.255") && !has("192.168.8.0") && !has("::1"));
        let all = network("0.0.0.0/0").unwrap();
        assert!(all.has("255.255.255.255".parse().unwrap()) && !all.has("::1".parse().unwrap()));
    }

    #[test]
    fn nobody_invents_an_address() {
        let trusted = Network::loopback();
        let from = |peer: &str, said: &[&str]| {
            let mut headers = HeaderMap::new();
            for said in said {
                headers.append(FORWARDED_FOR, said.parse().unwrap());
            }
            client(peer.parse().unwrap(), &headers, &trusted).to_string()
        };
        assert_eq!(from("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(from("127.0.0.1", &["1.1.1.1, 2.2.2.2"]), "2.2.2.2");
        assert_eq!(from("127.0.0.1", &["1.1.1.1", "2.2.2.2, ::1"]), "2.2.2.2");
        assert_eq!(from("127.0.0.1", &["1.1.1.1, unknown"]), "127.0.0.1");
        assert_eq!(from("9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
        assert_eq!(from("::ffff:127.0.0.1", &["::ffff:8.8.8.8"]), "8.8.8.8");
    }
}
