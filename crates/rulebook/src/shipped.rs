//! The rulebooks that are built in.

/// One entry of [`SHIPPED`].
macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../rulebooks/", $path)))
    };
}

/// `(path, text)` of every file under `rulebooks/` that the catalogue reads, in the order in which
/// it lists them. A test compares the list with the folder.
pub(crate) const SHIPPED: &[(&str, &str)] = &[
    file!("sources.toml"),
    file!("taobao/platform.toml"),
    file!("taobao/human-reply-3m/rule.toml"),
    file!("taobao/human-reply-3m/cases.md"),
    file!("taobao/human-reply-time/rule.toml"),
    file!("taobao/human-reply-time/cases.md"),
    file!("taote/platform.toml"),
    file!("taote/reply-3m/rule.toml"),
    file!("taote/reply-3m/cases.md"),
    file!("douyin/platform.toml"),
    file!("douyin/reply-time/rule.toml"),
    file!("douyin/reply-time/cases.md"),
    file!("douyin/human-reply-3m-message/rule.toml"),
    file!("douyin/human-reply-3m-message/cases.md"),
    file!("douyin/human-reply-3m-conversation/rule.toml"),
    file!("douyin/human-reply-3m-conversation/cases.md"),
    file!("pinduoduo/platform.toml"),
    file!("pinduoduo/human-reply-3m/rule.toml"),
    file!("pinduoduo/human-reply-3m/cases.md"),
    file!("pinduoduo/human-reply-3m-needed/rule.toml"),
    file!("pinduoduo/human-reply-3m-needed/cases.md"),
    file!("pinduoduo/human-reply-time/rule.toml"),
    file!("pinduoduo/human-reply-time/cases.md"),
    file!("pinduoduo/reply-5m/rule.toml"),
    file!("pinduoduo/reply-5m/cases.md"),
    file!("pinduoduo/reply-15m/rule.toml"),
    file!("pinduoduo/reply-15m/cases.md"),
    file!("pinduoduo/reply-60m/rule.toml"),
    file!("pinduoduo/reply-60m/cases.md"),
    file!("pinduoduo/effective-reply/rule.toml"),
    file!("pinduoduo/effective-reply/cases.md"),
    file!("jd/platform.toml"),
    file!("jd/first-reply-30s/rule.toml"),
    file!("jd/first-reply-30s/cases.md"),
    file!("jd/reply-time/rule.toml"),
    file!("jd/reply-time/cases.md"),
    file!("kuaishou/platform.toml"),
    file!("kuaishou/human-reply-3m/rule.toml"),
    file!("kuaishou/human-reply-3m/cases.md"),
    file!("kuaishou/reply-5m/rule.toml"),
    file!("kuaishou/reply-5m/cases.md"),
    file!("xiaohongshu/platform.toml"),
    file!("xiaohongshu/human-reply-3m/rule.toml"),
    file!("xiaohongshu/human-reply-3m/cases.md"),
    file!("generic/platform.toml"),
    file!("generic/reply/rule.toml"),
    file!("generic/reply/cases.md"),
    file!("generic/first-reply/rule.toml"),
    file!("generic/first-reply/cases.md"),
];
