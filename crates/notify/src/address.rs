//! Which addresses may be called: none of this machine, of its networks, or of its cloud's inside.
//!
//! A webhook's address comes from a person in a browser. Without this check it would make the
//! server fetch whatever the server can reach and the person cannot.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::lang::Lang;

/// A range of addresses, as `10.0.0.0/8` or `fd00::/8`; a single address is a range too.
///
/// # Example
///
/// ```
/// use notify::Network;
/// let network: Network = "192.168.1.0/24".parse()?;
/// assert!(network.contains("192.168.1.7".parse()?));
/// assert!(network.contains("::ffff:192.168.1.7".parse()?), "the same address, in IPv6");
/// assert!("192.168.1.0/33".parse::<Network>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

/// The text is no range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadNetwork;

impl fmt::Display for BadNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a range of addresses, as `10.0.0.0/8` or `fd00::/8`")
    }
}

impl std::error::Error for BadNetwork {}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (address, prefix) =
            text.trim().split_once('/').map_or((text.trim(), None), |(a, p)| (a, Some(p)));
        let first: IpAddr = address.parse().map_err(|_| BadNetwork)?;
        let widest = if first.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => widest,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| BadNetwork)?
            }
            Some(_) => return Err(BadNetwork),
        };
        if prefix > widest { Err(BadNetwork) } else { Ok(Self { first, prefix }) }
    }
}

impl Network {
    /// Whether an address lies in it. An IPv4 address in IPv6's clothes is an IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                let head = |ip: Ipv4Addr| ip.to_bits().checked_shr(shift).unwrap_or(0);
                head(first) == head(address)
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.prefix);
                let head = |ip: Ipv6Addr| ip.to_bits().checked_shr(shift).unwrap_or(0);
                head(first) == head(address)
            }
            _ => false,
        }
    }
}

/// What an address that may not be called is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// This machine.
    Loopback,
    /// A private network, by IPv4 or IPv6.
    Private,
    /// The network segment, where clouds keep their metadata.
    LinkLocal,
    /// A provider's shared range, where some clouds keep their metadata.
    Shared,
    /// Many machines at once.
    Multicast,
    /// Set aside for something else than machines on the Internet.
    Reserved,
}

impl Kind {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Loopback => ("this machine itself", "本机"),
            Self::Private => ("a private network", "内网"),
            Self::LinkLocal => ("link-local", "链路本地地址"),
            Self::Shared => ("a provider's inner range", "运营商或云内部地址"),
            Self::Multicast => ("multicast", "组播地址"),
            Self::Reserved => ("a reserved range", "保留地址"),
        }
    }

    /// What an address is; `None`: one of the Internet.
    #[must_use]
    pub fn of(address: IpAddr) -> Option<Self> {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    /// By IANA's registry of special-purpose addresses.
    fn of_v4(address: Ipv4Addr) -> Option<Self> {
        let [a, b, c, d] = address.octets();
        match (a, b, c, d) {
            (127, ..) => Some(Self::Loopback),
            (10, ..) | (172, 16..=31, ..) | (192, 168, ..) => Some(Self::Private),
            (169, 254, ..) => Some(Self::LinkLocal),
            // 168.63.129.16 is Azure's inner service for its machines.
            (100, 64..=127, ..) | (168, 63, 129, 16) => Some(Self::Shared),
            (224..=239, ..) => Some(Self::Multicast),
            (0 | 240..=255, ..)
            | (192, 0, 0 | 2, _)
            | (192, 88, 99, _)
            | (198, 18 | 19, ..)
            | (198, 51, 100, _)
            | (203, 0, 113, _) => Some(Self::Reserved),
            _ => None,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Option<Self> {
        let segments = address.segments();
        let [a, b, ..] = segments;
        let [.., high, low] = segments;
        let inner = Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
        match (a, b) {
            _ if address.is_loopback() => Some(Self::Loopback),
            // A translator's prefix leads to the IPv4 address at the end.
            (0x64, 0xff9b) if segments[2..6] == [0; 4] => Self::of_v4(inner),
            (0xfc00..=0xfdff, _) => Some(Self::Private),
            (0xfe80..=0xfebf, _) => Some(Self::LinkLocal),
            (0xff00..=0xffff, _) => Some(Self::Multicast),
            // Teredo and its like, documentation, 6to4: tunnels to who knows where.
            (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) | (0x3fff, 0..=0xfff) => Some(Self::Reserved),
            (0x2000..=0x3fff, _) => None,
            _ => Some(Self::Reserved),
        }
    }
}

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressProblem {
    /// It is no URL.
    NotUrl,
    /// It is neither https nor a plain connection that was allowed.
    Scheme,
    /// It holds a user name or a password, which end up in logs.
    Credentials,
    /// Its host has no address.
    Unknown,
    /// Its host, or one of the addresses that the name has, is not on the Internet.
    Forbidden(Kind),
}

impl AddressProblem {
    /// What is wrong and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::NotUrl => (
                "the address is not a URL: expected `https://host/path`",
                "地址不是 URL：应为 `https://主机/路径`",
            ),
            Self::Scheme => (
                "the address is not https; plain connections have to be allowed",
                "地址不是 https；明文连接须在配置中允许",
            ),
            Self::Credentials => (
                "the address holds a user name or password: remove it",
                "地址中含有用户名或密码：请去掉",
            ),
            Self::Unknown => {
                ("the host has no address: check its name", "找不到该主机：请检查名称")
            }
            Self::Forbidden(kind) => {
                let (en, zh) = kind.words();
                return lang.of(
                    format!(
                        "the host is in {en}: for a service of your own network, add its range \
                         to the allowed networks"
                    ),
                    format!("该主机属于{zh}：如为自有内网服务，请将其网段加入允许的网络"),
                );
            }
        };
        lang.of(en, zh).to_owned()
    }
}

impl fmt::Display for AddressProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for AddressProblem {}

/// What may be called beside the Internet over TLS. By default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether connections without TLS are allowed (http, plain SMTP).
    pub plain: bool,
    /// Ranges that are allowed although they are not on the Internet.
    pub networks: Vec<Network>,
}

impl Policy {
    /// Whether an address may be called.
    ///
    /// # Errors
    ///
    /// [`AddressProblem::Forbidden`] with what it is.
    ///
    /// # Example
    ///
    /// ```
    /// use notify::{AddressKind, AddressProblem, Policy};
    /// let policy = Policy { plain: false, networks: vec!["10.1.0.0/16".parse()?] };
    /// assert_eq!(policy.check("10.1.2.3".parse()?), Ok(()));
    /// let metadata = policy.check("169.254.169.254".parse()?);
    /// assert_eq!(metadata, Err(AddressProblem::Forbidden(AddressKind::LinkLocal)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self, address: IpAddr) -> Result<(), AddressProblem> {
        match Kind::of(address) {
            Some(kind) if !self.networks.iter().any(|network| network.contains(address)) => {
                Err(AddressProblem::Forbidden(kind))
            }
            _ => Ok(()),
        }
    }

    /// Looks a host up; every address that it has must be allowed, for one of them is called.
    pub(crate) async fn look_up(
        &self,
        lookup: &dyn Lookup,
        host: &str,
    ) -> Result<Vec<IpAddr>, AddressProblem> {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let found = match bare.parse() {
            Ok(literal) => vec![literal],
            Err(_) => lookup.addresses(host).await.map_err(|_| AddressProblem::Unknown)?,
        };
        found.iter().try_for_each(|address| self.check(*address))?;
        if found.is_empty() { Err(AddressProblem::Unknown) } else { Ok(found) }
    }

    /// Reads a URL and checks what can be checked without looking its host up.
    ///
    /// # Errors
    ///
    /// [`AddressProblem`].
    pub(crate) fn url(&self, text: &str) -> Result<Url, AddressProblem> {
        let url = Url::parse(text.trim()).map_err(|_| AddressProblem::NotUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if self.plain => {}
            _ => return Err(AddressProblem::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressProblem::Credentials);
        }
        let host = url.host_str().ok_or(AddressProblem::NotUrl)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        // The URL's rules turn `0x7f.1` and `2130706433` into the addresses that they mean.
        if let Ok(literal) = bare.parse() {
            self.check(literal)?;
        }
        Ok(url)
    }
}

/// A future of whatever is looked up.
pub type Found<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Tells the addresses of a host's name.
pub trait Lookup: Send + Sync {
    /// All addresses of a name.
    fn addresses<'a>(&'a self, host: &'a str) -> Found<'a>;
}

/// Asks the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses<'a>(&'a self, host: &'a str) -> Found<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Names are looked up once, checked, and the connection goes to what was checked: whoever holds
/// the name cannot answer the check with one address and the connection with another.
#[derive(Clone)]
pub(crate) struct CheckedLookup {
    pub(crate) policy: Arc<Policy>,
    pub(crate) lookup: Arc<dyn Lookup>,
}

impl Resolve for CheckedLookup {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let found = this.policy.look_up(&*this.lookup, name.as_str()).await?;
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<Kind> {
        Kind::of(text.parse().unwrap())
    }

    #[test]
    fn what_is_not_on_the_internet_is_known() {
        for (text, expected) in [
            ("127.0.0.1", Kind::Loopback),
            ("127.255.255.254", Kind::Loopback),
            ("::1", Kind::Loopback),
            ("::ffff:127.0.0.1", Kind::Loopback),
            ("10.0.0.1", Kind::Private),
            ("172.16.0.1", Kind::Private),
            ("172.31.255.255", Kind::Private),
            ("192.168.0.1", Kind::Private),
            ("fd00:ec2::254", Kind::Private),
            ("64:ff9b::10.0.0.1", Kind::Private),
            ("169.254.169.254", Kind::LinkLocal),
            ("::ffff:169.254.169.254", Kind::LinkLocal),
            ("fe80::1", Kind::LinkLocal),
            ("100.64.0.1", Kind::Shared),
            ("100.100.100.200", Kind::Shared),
            ("168.63.129.16", Kind::Shared),
            ("224.0.0.1", Kind::Multicast),
            ("ff02::1", Kind::Multicast),
            ("0.0.0.0", Kind::Reserved),
            ("0.1.2.3", Kind::Reserved),
            ("255.255.255.255", Kind::Reserved),
            ("192.0.0.192", Kind::Reserved),
            ("198.18.0.1", Kind::Reserved),
            ("203.0.113.9", Kind::Reserved),
            ("::", Kind::Reserved),
            ("::7f00:1", Kind::Reserved),
            ("64:ff9b:1::1", Kind::Reserved),
            ("fec0::1", Kind::Reserved),
            ("2001::1", Kind::Reserved),
            ("2001:db8::1", Kind::Reserved),
            ("2002:7f00:1::", Kind::Reserved),
            ("100::1", Kind::Reserved),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2400:3200::1",
            "2606:4700::1111",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().contains(address.parse().unwrap())
        };
        assert!(holds("10.1.0.0/16", "10.1.255.255") && !holds("10.1.0.0/16", "10.2.0.0"));
        assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "fd00::1"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "fc00::1"));
        assert!(holds("::/0", "fd12::1"));
        for wrong in ["", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10/8", "x/8", "::/129"] {
            assert_eq!(wrong.parse::<Network>(), Err(BadNetwork), "{wrong}");
        }
    }

    #[test]
    fn urls_are_checked_before_anything_is_called() {
        let strict = Policy::default();
        let plain = Policy { plain: true, ..Policy::default() };
        let loopback = Err(AddressProblem::Forbidden(Kind::Loopback));
        for text in
            ["https://127.0.0.1/", "https://0x7f.1/", "https://2130706433/", "https://[::1]/"]
        {
            assert_eq!(strict.url(text).map(drop), loopback, "{text}");
        }
        assert_eq!(plain.url("http://[::ffff:127.0.0.1]/").map(drop), loopback);
        assert_eq!(strict.url("http://example.com/").map(drop), Err(AddressProblem::Scheme));
        assert_eq!(plain.url("ftp://example.com/").map(drop), Err(AddressProblem::Scheme));
        assert_eq!(plain.url("file:///etc/passwd").map(drop), Err(AddressProblem::Scheme));
        assert_eq!(strict.url("hook").map(drop), Err(AddressProblem::NotUrl));
        let credentials = strict.url("https://user:pass@example.com/");
        assert_eq!(credentials.map(drop), Err(AddressProblem::Credentials));
        assert!(strict.url(" https://example.com/hook?key=1 ").is_ok());
        assert!(plain.url("http://example.com/").is_ok());
    }

    struct Told(Vec<IpAddr>);

    impl Lookup for Told {
        fn addresses<'a>(&'a self, _: &'a str) -> Found<'a> {
            Box::pin(async { Ok(self.0.clone()) })
        }
    }

    #[tokio::test]
    async fn one_forbidden_address_of_a_name_forbids_it() {
        let policy = Policy::default();
        let told = |list: &[&str]| Told(list.iter().map(|text| text.parse().unwrap()).collect());
        let mixed = told(&["1.1.1.1", "10.0.0.1"]);
        let found = policy.look_up(&mixed, "hook.example").await;
        assert_eq!(found, Err(AddressProblem::Forbidden(Kind::Private)));
        let public = policy.look_up(&told(&["1.1.1.1"]), "hook.example").await;
        assert_eq!(public.map(|found| found.len()), Ok(1));
        let none = policy.look_up(&told(&[]), "hook.example").await;
        assert_eq!(none, Err(AddressProblem::Unknown));
        let literal = policy.look_up(&told(&["1.1.1.1"]), "[::1]").await;
        assert_eq!(literal, Err(AddressProblem::Forbidden(Kind::Loopback)));
    }
}
