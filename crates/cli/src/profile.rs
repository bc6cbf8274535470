//! Profiles as the user names them.

use std::path::Path;

use intake::Profile;
use intake::profile::Diagnostics;

use crate::args::ShapeArgs;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::screen::Screen;

/// The profile that was asked for, with what was set; `None`: none was asked for.
pub(crate) fn of(args: &ShapeArgs, screen: &Screen) -> Result<Option<Profile>, Failure> {
    let lang = screen.lang;
    let Some(name) = &args.profile else { return Ok(None) };
    let mut profile = match Profile::shipped(name) {
        Some(profile) => profile,
        None => read(name, screen)?,
    };
    for setting in &args.set {
        let Some((key, value)) = setting.split_once('=') else {
            return Err(Failure::new(lang.of(
                format!("`--set {setting}`: write KEY=VALUE, as `--set shop=s1`"),
                format!("`--set {setting}`：请写成 键=值，如 `--set shop=s1`"),
            )));
        };
        profile.set(key, value).map_err(|problem| {
            Failure::new(format!("--set: {}", problem.message(lang.intake())))
        })?;
    }
    Ok(Some(profile))
}

/// A profile out of a file.
fn read(name: &str, screen: &Screen) -> Result<Profile, Failure> {
    let lang = screen.lang;
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        let hint = Profile::suggestion(name).map_or_else(String::new, |word| {
            lang.of(format!("; did you mean `{word}`?"), format!("；是否为 `{word}`？"))
        });
        return Err(Failure::new(lang.of(
            format!(
                "no profile `{name}` is shipped{hint}; `yingda check --profiles` lists them, a \
                 file ends in .toml"
            ),
            format!(
                "没有名为 `{name}` 的自带映射方案{hint}；可用 `yingda check --profiles` 查看，\
                 文件须以 .toml 结尾"
            ),
        )));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::new(
            lang.of(format!("{name}: cannot read: {error}"), format!("{name}：无法读取：{error}")),
        )
    })?;
    Profile::parse(&bytes, name).map_err(|problems| {
        Failure::new(format!("{name}\n{}", rendered(&problems, screen.error_color, lang)))
    })
}

/// What is wrong with a profile, for a terminal or plain.
pub(crate) fn rendered(problems: &Diagnostics, color: bool, lang: Lang) -> String {
    if color { problems.render_coloured(lang.intake()) } else { problems.render(lang.intake()) }
}

/// Whether a TOML file has keys of profiles and none of registries.
pub(crate) fn is_one(path: &Path) -> bool {
    let has = |text: &str, starts: &[&str]| {
        text.lines().any(|line| starts.iter().any(|start| line.trim_start().starts_with(start)))
    };
    let of_profiles =
        ["name", "format", "rows", "time", "zone", "[columns", "[constants", "[authors"];
    std::fs::read_to_string(path)
        .is_ok_and(|text| !has(&text, &["[[shop]]", "[[person]]"]) && has(&text, &of_profiles))
}

/// The shipped profiles with what each is for.
pub(crate) fn list(lang: Lang) -> String {
    let width = Profile::all_shipped().iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, _): &(&str, &str)| {
        let title = Profile::shipped(name).map(|p| p.title(lang.intake()).to_owned());
        format!("{name:width$}  {}", title.unwrap_or_default())
    };
    Profile::all_shipped().iter().map(line).collect::<Vec<_>>().join("\n")
}
