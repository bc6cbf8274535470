//! `yingda user`: users at the machine's own terminal.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table};
use facts::Instant;
use server::signin::link;
use store::{Reach, Role, Scope, ShopKey, Store, User, UserAccess};

use crate::args::ExplainFormat;
use crate::clock::{self, now};
use crate::data::{DataArgs, Place, told};
use crate::failure::Failure;
use crate::lang::Lang;
use crate::report::plain_style;
use crate::screen::Screen;

/// `yingda user`
#[derive(Args, Clone, Debug)]
pub(crate) struct UserArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    data: DataArgs,
}

/// What to do with users.
#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Make a link by which one new user signs up, once
    Invite(InviteArgs),
    /// List users
    List(ListArgs),
    /// Let a user sign in no more, and end their sessions
    Disable(WhoArgs),
    /// Let a user sign in again
    Allow(WhoArgs),
    /// End all sessions of a user
    SignOut(WhoArgs),
    /// Take a user's password and second factor away, and make a link by which they choose a new
    /// password, once
    Reset(ResetArgs),
}

/// `yingda user invite`
#[derive(Args, Clone, Debug)]
struct InviteArgs {
    /// What the user will be
    #[arg(long, value_name = "ROLE")]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(roles()))]
    role: String,
    /// Only this shop, as `taobao/123`; may be repeated [default: every shop]
    #[arg(long, value_name = "PLATFORM/SHOP")]
    shop: Vec<String>,
    /// For how many hours the link works
    #[arg(long, value_name = "N", default_value_t = 24)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=720))]
    hours: u32,
}

/// `yingda user list`
#[derive(Args, Clone, Debug)]
struct ListArgs {
    /// How to print
    #[arg(long, short, value_enum, default_value_t = ExplainFormat::Table)]
    format: ExplainFormat,
}

/// Which user.
#[derive(Args, Clone, Debug)]
struct WhoArgs {
    /// What the user signs in with, or their number
    #[arg(value_name = "LOGIN")]
    login: String,
}

/// `yingda user reset`
#[derive(Args, Clone, Debug)]
struct ResetArgs {
    #[command(flatten)]
    who: WhoArgs,
    /// For how many hours the link works
    #[arg(long, value_name = "N", default_value_t = 24)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=720))]
    hours: u32,
}

fn roles() -> Vec<&'static str> {
    Role::ALL.iter().map(|role| role.word()).collect()
}

/// Runs the command.
pub(crate) fn run(args: &UserArgs, screen: &Screen) -> Result<(), Failure> {
    let lang = screen.lang;
    let place = Place::of(&args.data, screen)?;
    let invited = match &args.action {
        Action::Invite(args) => Some(Invited::of(args, lang)?),
        _ => None,
    };
    let busy = lang.of(
        "use its console or its API (`/v1/users`), or stop it first",
        "请使用其控制台或接口（`/v1/users`），或先停止它",
    );
    let (store, _claim) = place.open(busy, lang)?;
    let users = Users { store: &store, lang, screen };
    match &args.action {
        Action::Invite(_) => match invited {
            Some(invited) => users.invite(invited, &place),
            None => Ok(()),
        },
        Action::List(args) => users.list(args.format),
        Action::Disable(who) => users.set_access(&who.login, UserAccess::Disabled),
        Action::Allow(who) => users.set_access(&who.login, UserAccess::Allowed),
        Action::SignOut(who) => users.sign_out(&who.login),
        Action::Reset(args) => users.reset(args, &place),
    }
}

/// A user to be.
struct Invited {
    role: Role,
    reach: Reach,
    hours: u32,
}

impl Invited {
    fn of(args: &InviteArgs, lang: Lang) -> Result<Self, Failure> {
        let Some(role) = Role::from_word(&args.role) else {
            return Err(Failure::new(roles().join(", ")));
        };
        let shops: Vec<ShopKey> =
            args.shop.iter().map(|text| shop(text, lang)).collect::<Result<_, _>>()?;
        let reach = if shops.is_empty() { Reach::Everything } else { Reach::Shops(shops) };
        Ok(Self { role, reach, hours: args.hours })
    }
}

fn shop(text: &str, lang: Lang) -> Result<ShopKey, Failure> {
    let pair = text.split_once('/').filter(|(platform, shop)| {
        let is_plain = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        is_plain(platform) && is_plain(shop)
    });
    pair.map(|(platform, shop)| ShopKey::new(platform, shop)).ok_or_else(|| {
        Failure::new(lang.of(
            format!("`--shop {text}`: expected PLATFORM/SHOP, as `taobao/123`"),
            format!("`--shop {text}`：应为 平台/店铺，如 `taobao/123`"),
        ))
    })
}

/// A store's users.
struct Users<'a> {
    store: &'a Store,
    lang: Lang,
    screen: &'a Screen,
}

impl Users<'_> {
    fn invite(&self, invited: Invited, place: &Place) -> Result<(), Failure> {
        let (lang, at) = (self.lang, now());
        let Invited { role, reach, hours } = invited;
        let shops = shops(&reach, lang);
        let expires_at = expires_at(at, hours);
        let made = self.store.make_link(&Scope::everything(), at, (role, reach), expires_at);
        let secret = made.map_err(|error| told(&error, lang))?;
        print(link::url(&address(place), &secret).reveal())?;
        let role = role.word();
        self.screen.notice(&lang.of(
            format!(
                "one new {role} ({shops}) signs up with it, once, within {hours} hours; it is \
                     not shown again"
            ),
            format!("一名新的 {role}（{shops}）可在 {hours} 小时内用它注册一次；链接不会再次显示"),
        ));
        Ok(())
    }

    fn all(&self) -> Result<Vec<User>, Failure> {
        self.store.users(&Scope::everything()).map_err(|error| told(&error, self.lang))
    }

    fn list(&self, format: ExplainFormat) -> Result<(), Failure> {
        let (users, lang) = (self.all()?, self.lang);
        if format == ExplainFormat::Json {
            let lines: Vec<String> = users.iter().map(json).collect();
            return lines.iter().try_for_each(|line| print(line));
        }
        if users.is_empty() {
            self.screen.notice(lang.of(
                "nobody signed up yet; `yingda user invite --role owner` makes a link",
                "还没有用户；可用 `yingda user invite --role owner` 生成注册链接",
            ));
            return Ok(());
        }
        let mut table = Table::new();
        table.load_style(plain_style());
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(lang.of(
            ["no", "login", "name", "role", "shops", "second factor", "may sign in"],
            ["编号", "登录名", "姓名", "角色", "店铺", "第二因素", "可登录"],
        ));
        for user in &users {
            let yes_no = |yes: bool| if yes { lang.of("yes", "是") } else { lang.of("no", "否") };
            table.add_row([
                user.number.to_string(),
                plain(&user.login),
                plain(&user.name),
                user.role.word().to_owned(),
                plain(&shops(&user.reach, lang)),
                yes_no(user.has_totp).to_owned(),
                yes_no(user.disabled_at.is_none()).to_owned(),
            ]);
        }
        print(&table.to_string())
    }

    /// The user of a login; of a number where nobody has it as a login.
    fn user(&self, login: &str) -> Result<User, Failure> {
        let users = self.all()?;
        let number = login.parse::<i64>().ok();
        let found = users.iter().find(|user| user.login == login);
        let found = found.or_else(|| users.iter().find(|user| Some(user.number) == number));
        found.cloned().ok_or_else(|| {
            let login = plain(login);
            Failure::new(self.lang.of(
                format!("there is no user `{login}`; `yingda user list` shows all"),
                format!("没有用户 `{login}`；可用 `yingda user list` 查看全部"),
            ))
        })
    }

    fn set_access(&self, login: &str, access: UserAccess) -> Result<(), Failure> {
        let (lang, user) = (self.lang, self.user(login)?);
        let everything = Scope::everything();
        let set = self.store.set_access(&everything, now(), user.number, access);
        set.map_err(|error| told(&error, lang))?;
        let login = plain(&user.login);
        print(&match access {
            UserAccess::Disabled => lang.of(
                format!("{login} may not sign in any more; their sessions are ended"),
                format!("{login} 已不能登录，其会话已全部结束"),
            ),
            UserAccess::Allowed => {
                lang.of(format!("{login} may sign in again"), format!("{login} 可重新登录"))
            }
        })
    }

    fn reset(&self, args: &ResetArgs, place: &Place) -> Result<(), Failure> {
        let (lang, at, hours) = (self.lang, now(), args.hours);
        let user = self.user(&args.who.login)?;
        let expires_at = expires_at(at, hours);
        let made = self.store.reset_user(&Scope::everything(), at, user.number, expires_at);
        let secret = made.map_err(|error| told(&error, lang))?;
        print(link::reset_url(&address(place), &secret).reveal())?;
        let login = plain(&user.login);
        self.screen.notice(&lang.of(
            format!(
                "{login} chooses a new password with it, once, within {hours} hours; it is not \
                 shown again. The old password and second factor hold no more, all sessions ended"
            ),
            format!(
                "{login} 可在 {hours} 小时内用它设置一次新密码；链接不会再次显示。原密码和两步验证\
                 已失效，全部会话已结束"
            ),
        ));
        if user.disabled_at.is_some() {
            self.screen.notice(&lang.of(
                format!("{login} is disabled: the link works after `yingda user allow {login}`"),
                format!("{login} 已停用：执行 `yingda user allow {login}` 后链接才可使用"),
            ));
        }
        Ok(())
    }

    fn sign_out(&self, login: &str) -> Result<(), Failure> {
        let (lang, user) = (self.lang, self.user(login)?);
        let ended = self.store.end_sessions(&Scope::everything(), now(), user.number);
        let n = ended.map_err(|error| told(&error, lang))?;
        let login = plain(&user.login);
        print(
            &lang.of(format!("{login}: {n} sessions ended"), format!("{login}：已结束 {n} 个会话")),
        )
    }
}

/// Where browsers reach the server that is not running.
fn address(place: &Place) -> String {
    let settings = &place.settings;
    let here = || {
        let scheme = if settings.has_tls() { "https" } else { "http" };
        format!("{scheme}://{}", settings.listen)
    };
    settings.public_address.clone().unwrap_or_else(here)
}

fn expires_at(at: Instant, hours: u32) -> Instant {
    Instant(at.0 + i64::from(hours) * 3_600_000)
}

fn json(user: &User) -> String {
    let shops = match &user.reach {
        Reach::Everything => serde_json::Value::Null,
        Reach::Shops(shops) => shops
            .iter()
            .map(|key| serde_json::json!({ "platform": key.platform, "shop": key.shop }))
            .collect(),
    };
    let disabled_at = user.disabled_at.map(clock::text);
    serde_json::json!({
        "number": user.number,
        "login": user.login,
        "name": user.name,
        "role": user.role.word(),
        "shops": shops,
        "has_totp": user.has_totp,
        "disabled_at": disabled_at,
    })
    .to_string()
}

fn shops(reach: &Reach, lang: Lang) -> String {
    match reach {
        Reach::Everything => lang.of("every shop", "全部店铺").to_owned(),
        Reach::Shops(shops) => {
            let names = shops.iter().map(|key| format!("{}/{}", key.platform, key.shop));
            names.collect::<Vec<_>>().join(", ")
        }
    }
}

/// A text that cannot steer a terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn print(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{line}").map_err(Failure::new)
}
