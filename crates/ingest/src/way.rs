//! How a file of the watched folder is read: told by the folders that it lies in.

use std::path::{Path, PathBuf};

use intake::{Lang, Profile};
use sha2::{Digest, Sha256};

/// The folder of figures off panels.
pub(crate) const PANELS: &str = "panel";
/// A profile of one's own, in the folder that is read by it.
pub(crate) const OWN: &str = "profile.toml";

/// What to do with a file.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) form: Form,
    /// Names it for people.
    pub(crate) name: String,
    /// Names it for the store: the same bytes read in another way are another import.
    pub(crate) key: String,
}

impl Way {
    fn new(form: Form, name: &str) -> Self {
        Self { form, name: name.to_owned(), key: name.to_owned() }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// A log, in the canonical columns where there is no profile.
    Log(Option<Box<Profile>>),
    /// Figures off a panel.
    Panel,
}

/// Why a file is not read, in English and Chinese.
pub(crate) type Unclear = [String; 2];

/// How a file is read that lies in these folders below the watched one, the first one first.
pub(crate) fn way(root: &Path, folders: &[String]) -> Result<Way, Unclear> {
    let Some((first, settings)) = folders.split_first() else {
        return Ok(Way::new(Form::Log(None), "log"));
    };
    if first == PANELS {
        return match settings.first() {
            None => Ok(Way::new(Form::Panel, PANELS)),
            Some(folder) => Err([
                format!("panels lie in `{PANELS}` itself, not in `{folder}` below it"),
                format!("面板数字的文件应直接放在 `{PANELS}` 中，不要放在其下的 `{folder}` 里"),
            ]),
        };
    }
    let (mut profile, own) = profile(root, first)?;
    let mut name = first.clone();
    for setting in settings {
        let Some((key, value)) = setting.split_once('=') else {
            return Err([
                format!("the folder `{setting}` says nothing: call it KEY=VALUE, as `shop=s1`"),
                format!("文件夹 `{setting}` 没有含义：请命名为 键=值，如 `shop=s1`"),
            ]);
        };
        profile.set(key, value).map_err(|problem| {
            [Lang::En, Lang::Zh].map(|lang| format!("`{setting}`: {}", problem.message(lang)))
        })?;
        name += &format!("/{setting}");
    }
    // A profile of one's own may change.
    let key = own.map_or_else(|| name.clone(), |own| format!("{name} {own}"));
    Ok(Way { form: Form::Log(Some(Box::new(profile))), name, key })
}

/// The profile of a folder: the one that lies in it, with its hash, or the shipped one of its name.
fn profile(root: &Path, folder: &str) -> Result<(Profile, Option<String>), Unclear> {
    let path: PathBuf = root.join(folder).join(OWN);
    let own = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let shipped = Profile::shipped(folder).ok_or_else(|| unknown(folder))?;
            return Ok((shipped, None));
        }
        Err(error) => {
            return Err([
                format!("`{folder}/{OWN}` cannot be read: {error}"),
                format!("无法读取 `{folder}/{OWN}`：{error}"),
            ]);
        }
    };
    let name = format!("{folder}/{OWN}");
    let profile = Profile::parse(&own, &name)
        .map_err(|problems| [Lang::En, Lang::Zh].map(|lang| problems.render(lang)))?;
    Ok((profile, Some(secret::hex(&Sha256::digest(&own)))))
}

fn unknown(folder: &str) -> Unclear {
    let names: Vec<&str> = Profile::all_shipped().iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let hint = Profile::suggestion(folder);
    [
        format!(
            "no profile is called `{folder}`{}; put the file into a folder of one of these names: \
             {PANELS}, {names}; or put a `{OWN}` of your own beside it",
            hint.map_or_else(String::new, |word| format!(" (`{word}`?)"))
        ),
        format!(
            "没有名为 `{folder}` 的映射方案{}；请把文件放入以下名称之一的文件夹：{PANELS}、{names}；\
             或在其中放一个自己的 `{OWN}`",
            hint.map_or_else(String::new, |word| format!("（是否为 `{word}`？）"))
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(folders: &[&str]) -> Result<String, Unclear> {
        let folders: Vec<String> = folders.iter().map(|one| (*one).to_owned()).collect();
        way(Path::new("/nowhere"), &folders).map(|way| way.name)
    }

    #[test]
    fn folders_say_how_a_file_is_read() {
        assert_eq!(name(&[]).unwrap(), "log");
        assert_eq!(name(&["panel"]).unwrap(), "panel");
        let deep = ["messages", "platform=taobao", "shop=s1"];
        assert_eq!(name(&deep).unwrap(), "messages/platform=taobao/shop=s1");
    }

    #[test]
    fn what_is_unclear_is_told_in_both_languages() {
        let cases: [(&[&str], &str); 4] = [
            (&["mesages"], "`messages`?"),
            (&["panel", "may"], "`panel` itself"),
            (&["messages", "may"], "KEY=VALUE"),
            (&["messages", "shp=s1"], "shop"),
        ];
        for (folders, expected) in cases {
            let [en, zh] = name(folders).unwrap_err();
            assert!(en.contains(expected), "{en}");
            assert!(!zh.is_ascii(), "{zh}");
        }
    }
}
