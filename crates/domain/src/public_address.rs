//! Which addresses are on the public internet: the only ones that this server asks anything on the word of a stranger.
//!
//! RFC 6890 and the registries of special-purpose addresses that it began. What is reserved for something is left out even where packets
//! to it would arrive: no document is there. Version 6 is judged the other way round: only what is given out to sites is public, so that
//! addresses which carry others inside, mapped, translated or tunnelled, never are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const NOT_PUBLIC_V4: [(Ipv4Addr, u8); 18] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// RFC 4291 §2.4, RFC 3587: what is given out to sites.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const NOT_PUBLIC_V6: [(Ipv6Addr, u8); 6] = [
    // Protocols of the IETF: Teredo, benchmarking, identifiers that are no places.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4, which carries an address of version 4.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x004f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether the address is that of one host on the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.into_iter().any(|net| holds_v4(net, address)),
        IpAddr::V6(address) => {
            holds_v6(GLOBAL_V6, address) && !NOT_PUBLIC_V6.into_iter().any(|net| holds_v6(net, address))
        }
    }
}

fn holds_v4((first, bits): (Ipv4Addr, u8), address: Ipv4Addr) -> bool {
    Ipv4Net::new(first, bits).is_ok_and(|net| net.contains(&address))
}

fn holds_v6((first, bits): (Ipv6Addr, u8), address: Ipv6Addr) -> bool {
    Ipv6Net::new(first, bits).is_ok_and(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_public(is: bool, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(is_public(address.parse().unwrap()), is, "{address}");
        }
    }

    #[test]
    fn addresses_that_are_given_out_are_public() {
        assert_public(
            true,
            &["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255"],
        );
        assert_public(
            true,
            &["100.128.0.0", "169.253.255.255", "192.167.255.255", "223.255.255.255", "198.17.255.255"],
        );
        assert_public(
            true,
            &["2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "2001:200::1", "2003::1"],
        );
    }

    #[test]
    fn c02_v008_every_range_of_version_4_is_refused_from_its_first_address_to_its_last() {
        for net in NOT_PUBLIC_V4 {
            let net = Ipv4Net::new(net.0, net.1).unwrap();
            assert_public(false, &[&net.network().to_string(), &net.broadcast().to_string()]);
        }
        assert_public(
            false,
            &["127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.100.0.1"],
        );
        assert_public(false, &["0.0.0.0", "255.255.255.255", "224.0.0.251", "198.19.255.255"]);
    }

    #[test]
    fn c02_v008_addresses_of_version_6_that_carry_others_are_refused() {
        // Mapped, compatible, translated (NAT64), 6to4, Teredo.
        assert_public(
            false,
            &["::ffff:8.8.8.8", "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1"],
        );
        assert_public(false, &["2002:0a00:0001::", "2001::1", "2001:0:a00:1::"]);
    }

    #[test]
    fn c02_special_addresses_of_version_6_are_refused() {
        assert_public(false, &["::", "::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "100::1"]);
        assert_public(
            false,
            &["2001:db8::1", "2001:2::1", "2001:20::1", "3fff::1", "3ffe::1", "5f00::1", "4000::1"],
        );
    }

    /// The standard library knows some of these ranges by itself: where it does, the two agree.
    #[test]
    fn z14_the_table_agrees_with_what_the_standard_library_knows() {
        for high in 0..=255_u8 {
            for second in 0..=255_u8 {
                let address = Ipv4Addr::new(high, second, 0, 1);
                let is_special = address.is_private()
                    || address.is_loopback()
                    || address.is_link_local()
                    || address.is_multicast()
                    || address.is_broadcast()
                    || address.is_unspecified();
                assert!(!is_special || !is_public(address.into()), "{address}");
            }
        }
        for first in 0..=u16::MAX {
            let address = Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, 1);
            let is_special = address.is_loopback()
                || address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.to_ipv4_mapped().is_some();
            assert!(!is_special || !is_public(address.into()), "{address}");
        }
    }
}
