//! One run: what was read, what follows from it, and the plan.

pub(crate) mod configuration;
mod verdict;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use action_kit::Context;
use diagnostics::{Diagnostic, Failure, Secret};
use history::{Oid, Repository, Time};
use publish::{Signing, Verified};

use crate::beyond::Beyond;
use crate::changelog::{Links, Style};
use crate::contributors;
use crate::files::{self, Content, Place, Planned};
use crate::hosts::Hosts;
use crate::inputs::{PublishMode, Wishes};
use crate::node;
use crate::notes;
use crate::plan::Ingredients;
use crate::publication::Publication;
use crate::reading::overrides;
use crate::remote::{self, Known, Slug};
use crate::settings::{self, Author, ReadOptions, Settings};
use crate::signatures;
use crate::survey::{self, ChangeOptions, Changes, Decision, Position, Record, Tagged};
use crate::template::Templates;
use crate::writing::Mode;
use crate::writing::sign_off::signed_off;

/// Everything a run has read.
pub struct Session {
    /// What the user asks for.
    pub wishes: Wishes,
    /// What is configured.
    pub settings: Settings,
    /// The repository here, with what was fetched beside it.
    pub repository: Repository,
    /// What was fetched beside it.
    pub beyond: Option<Box<Beyond>>,
    /// The top of its working tree.
    pub root: PathBuf,
    /// Where the paths of the settings start.
    pub directory: PathBuf,
    /// The repository on the server.
    pub slug: Option<Slug>,
    /// The server's address.
    pub server: String,
    /// All its addresses.
    pub hosts: Hosts,
    /// Today, UTC.
    pub today: String,
    /// Who commits; `None` for the token's own account.
    pub author: Option<Author>,
    /// The key that signs commits and tags.
    pub signing: Option<Signing>,
    /// Now.
    pub now: Time,
    /// Users' own templates, where there are any.
    pub templates: Option<Templates>,
    /// All of history, once it was read.
    pub(crate) record: OnceLock<Record>,
    /// What users should know.
    pub warnings: Vec<Diagnostic>,
    /// What follows the generated notes.
    pub extra_notes: String,
    /// The settings stand in a file.
    pub is_configured: bool,
}

/// What a run has to do.
pub enum Verdict {
    /// Nothing, and why.
    Nothing {
        /// The current version and how it was found.
        decision: Box<Decision>,
        /// Why nothing is released.
        why: String,
    },
    /// Make or complete a release.
    Release(Box<Target>),
}

impl Verdict {
    /// The version and how it came about.
    pub fn decision(&self) -> &Decision {
        match self {
            Self::Nothing { decision, .. } => decision,
            Self::Release(target) => &target.decision,
        }
    }
}

/// The release to make or complete.
pub struct Target {
    /// The version and how it came about.
    pub decision: Decision,
    /// The tag.
    pub tag: String,
    /// The version tags that count, newest first, without this release's own.
    pub tags: Vec<Tagged>,
    /// The release commit, where one is known here.
    pub known: Option<Known>,
    /// The tag is there already: only the GitHub release may be missing.
    pub tagged: bool,
}

impl Session {
    /// Reads settings and repository.
    ///
    /// # Errors
    /// Everything that is wrong with the settings; no repository.
    pub fn open(
        context: &Context,
        wishes: Wishes,
        warnings: Vec<Diagnostic>,
    ) -> Result<Self, Failure> {
        let directory = context.working_directory()?;
        Self::open_in(context, &directory, wishes, warnings)
    }

    /// The same for another directory than the run's.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open_in(
        context: &Context,
        directory: &Path,
        mut wishes: Wishes,
        warnings: Vec<Diagnostic>,
    ) -> Result<Self, Failure> {
        let directory = directory.to_owned();
        let node = node::file::load(context, &directory)?;
        let tree = if context.inputs.path("config_file").is_some() && node.is_some() {
            None
        } else {
            configuration::read(context, &directory)?
        };
        let node = node.map(|node| node.prefer(tree.as_ref(), &mut wishes, context)).transpose()?;
        let env = |name: &str| context.env(name).map(str::to_owned);
        let options = ReadOptions {
            strict: wishes.strict_config,
            env: &env,
            directory: &directory,
            compat: wishes.compat,
            parser: context.inputs.text("parser"),
            lock_files: wishes.lock_files.as_ref(),
        };
        let tree = node.as_ref().map(|node| &node.tree).or(tree.as_ref());
        let is_configured = tree.is_some_and(settings::has);
        let (mut settings, more) = settings::read(tree, &options)?;
        let warnings = match node {
            Some(node) => {
                settings.node = Some(node.node);
                [warnings, node.warnings].concat()
            }
            None => warnings,
        };
        wishes.reading.apply(&mut settings.reading);
        if let Some(file) = &settings.reading.overrides_file {
            settings.reading.overrides = overrides::load(context, &directory, file)?;
        }
        wishes.writing.apply(&mut settings.writing);
        wishes.commit &= settings.writing.mode != Mode::TagOnly;
        let signing = signatures::signing(context)?;
        let author = signatures::author(context, &wishes, &settings, signing.as_ref())?;
        let warnings = [warnings, more].concat();
        let repository =
            Repository::discover(&directory.join(&settings.repo_dir)).map_err(Diagnostic::from)?;
        let root = repository.work_dir().unwrap_or(&directory);
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let slug = match context.runner.repository() {
            Some((owner, name)) => Some(Slug { owner: owner.to_owned(), name: name.to_owned() }),
            None => settings
                .remote_url
                .clone()
                .or_else(|| repository.remote_url(&settings.remote_name))
                .and_then(|url| Slug::of_url(&url)),
        };
        let hosts = Hosts::new(&settings.remote, &remote::runner_endpoints(context))?;
        let may_apply = context.inputs.flag("apply-under-act") == Some(true);
        let mut wishes = wishes;
        wishes.dry_run |= context.runner.under_act() && !hosts.is_loopback() && !may_apply;
        let server = hosts.endpoints.server.clone();
        let (now, today) = moment(context);
        let templates = Templates::find(&root, &directory, &settings.changelog.template_dir)?;
        let warnings = [warnings, remote::token_for_push(&wishes, &settings)].concat();
        let mut session = Self {
            wishes,
            settings,
            repository,
            beyond: None,
            root,
            directory,
            slug,
            server,
            hosts,
            today,
            author,
            signing,
            now,
            templates,
            record: OnceLock::new(),
            warnings,
            is_configured,
            extra_notes: String::new(),
        };
        if context.command() == "version" && session.wishes.print.is_none() {
            session.extra_notes = notes::extra(context, &session)?;
        }
        Ok(session)
    }

    /// The token: input, then configuration, then variables.
    pub fn token(&self, context: &Context) -> Option<Secret> {
        let given = context.inputs.secret("github_token");
        let token = given.or_else(|| self.settings.token.clone()).or_else(|| context.token());
        token.inspect(|token| context.log.mask(token))
    }

    /// The notes with what follows them, as long as GitHub takes.
    pub fn with_extra(&self, notes: &str, contributors: &str, tag: &str) -> String {
        let links =
            self.slug.as_ref().map(|slug| Links::new(&self.server, &slug.owner, &slug.name));
        let path = self.path_in_repository(&self.settings.changelog.file.value);
        let link = links.map(|links| links.file(tag, &path)).unwrap_or_default();
        notes::within_limit(notes, &[contributors, &self.extra_notes].concat(), &link)
    }

    /// Who wrote the commits the notes tell of, where that is asked for.
    fn contributors(&self, changes: &Changes) -> Result<String, Diagnostic> {
        if !self.wishes.contributors.unwrap_or(self.settings.release.contributors) {
            return Ok(String::new());
        }
        let release = self.settings.commit_message.pattern_of(".+");
        let release = release.map_err(|error| Diagnostic::bug(error.to_string()))?;
        contributors::section(&self.repository, &changes.told, &release, &self.server)
    }

    /// Nobody will sign the commit: neither a key, nor GitHub, which keeps a configured author
    /// unsigned. With a git of the user's nobody knows.
    pub fn commits_unsigned(&self) -> bool {
        let foreign = |author: &Author| !author.email.ends_with("@users.noreply.github.com");
        self.signing.is_none()
            && self.wishes.publish_mode == PublishMode::Api
            && match self.wishes.verified {
                Verified::Require => false,
                Verified::Prefer => self.author.as_ref().is_some_and(foreign),
                Verified::Off => self.author.is_some(),
            }
    }

    /// The message of the release commit.
    pub fn message(&self, decision: &Decision) -> String {
        self.message_of(&decision.version.to_string())
    }

    /// The same for a text in place of the version.
    pub fn message_of(&self, version: &str) -> String {
        let message = self.settings.commit_message.text(version);
        match self.author.as_ref().filter(|_| self.settings.writing.sign_off) {
            Some(author) => signed_off(&message, author),
            None => message,
        }
    }

    /// A path of the settings, from the top of the repository.
    pub fn path_in_repository(&self, path: &str) -> String {
        let path = self.directory.join(path);
        path.strip_prefix(&self.root).unwrap_or(&path).to_string_lossy().into_owned()
    }

    /// A release commit that is here.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub fn known(&self, commit: Oid) -> Result<Known, Diagnostic> {
        let seconds = self.repository.commit(commit)?.committed.seconds;
        let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
        Ok(Known { sha: commit.to_string(), date: Some(time.strftime("%Y-%m-%d").to_string()) })
    }

    pub(crate) fn place(&self, tip: Oid) -> Place<'_> {
        self.place_after(tip, &[])
    }

    fn place_after<'p>(&'p self, tip: Oid, earlier: &'p [Planned]) -> Place<'p> {
        Place {
            earlier,
            repository: &self.repository,
            root: self.root.clone(),
            directory: self.directory.clone(),
            tip,
            elsewhere: self.is_elsewhere(),
        }
    }

    /// Links, flag and mask.
    ///
    /// # Errors
    /// The repository on the server is not known.
    pub fn style(&self) -> Result<Style, Diagnostic> {
        let slug = self.slug.as_ref().ok_or_else(crate::remote::no_remote)?;
        Ok(Style {
            links: Links::new(&self.server, &slug.owner, &slug.name),
            mask_initial_release: self.settings.changelog.mask_initial_release,
            insertion_flag: self.settings.changelog.insertion_flag.clone(),
            format: self.settings.changelog.format,
        })
    }

    /// The page of a release.
    pub fn release_link(&self, tag: &str) -> String {
        let slug = self.slug.as_ref();
        slug.map(|slug| Links::new(&self.server, &slug.owner, &slug.name).release(tag))
            .unwrap_or_default()
    }

    /// What the release is made of. `known` is the release commit, where there is one; its day
    /// is the release's then.
    ///
    /// # Errors
    /// Files that cannot be changed, history that cannot be read.
    pub fn ingredients(
        &self,
        position: &Position,
        target: &Target,
        known: Option<&Known>,
    ) -> Result<(Ingredients, Changes, Vec<Diagnostic>), Failure> {
        self.ingredients_after(position, target, known, &[])
    }

    /// The same on top of files that another package of the run has planned.
    ///
    /// # Errors
    /// As [`Session::ingredients`].
    pub fn ingredients_after(
        &self,
        position: &Position,
        target: &Target,
        known: Option<&Known>,
        earlier: &[Planned],
    ) -> Result<(Ingredients, Changes, Vec<Diagnostic>), Failure> {
        let decision = &target.decision;
        let place = self.place_after(position.head, earlier);
        let at_head = known.is_some_and(|known| known.sha == position.head.to_string());
        let prepared = self.prepared_on(&place, &decision.version.to_string());
        let date = known.and_then(|known| known.date.as_ref());
        let date = date.or(prepared.as_ref()).unwrap_or(&self.today);
        let changelog = self.wishes.changelog && !at_head;
        let options = ChangeOptions {
            notes_since_full: self.wishes.notes_since_full,
            whole: changelog
                && !self.has_own_changelog()
                && files::needs_whole(&place, &self.settings),
        };
        let changes = survey::changes(
            &self.repository,
            position.head,
            &target.tags,
            decision,
            &self.settings,
            date,
            options,
        )?;
        let style = self.style()?;
        let version = decision.version.to_string();
        let rendered = if changelog { self.own_files(position, target, known)? } else { None };
        let content = Content {
            rendered: rendered.as_deref(),
            version: &version,
            tag: &target.tag,
            style: &style,
            changes: &changes,
            changelog,
        };
        let (files, warnings) = if at_head {
            (Vec::new(), Vec::new())
        } else {
            files::plan(&place, &self.settings, &content)?
        };
        let files = self.as_released(files, known.filter(|_| !at_head))?;
        let mut publication =
            Publication::new(self, position.head, &files, &decision.version, &target.tags)?;
        publication.announcement = self.announcement(&decision.commits, &target.tag);
        let license = self.settings.license.as_deref();
        let previous = changes.previous_tag.as_deref();
        let notes = match self.own_notes(position, target, known)? {
            Some(notes) => notes,
            None => style.notes(&changes.notes, changes.is_first, previous, &target.tag, license),
        };
        let ingredients = Ingredients {
            files,
            build: self.build(&version),
            elsewhere: self.is_elsewhere(),
            branch: position.branch.clone(),
            tip: position.head.to_string(),
            commit: known.map(|known| known.sha.clone()),
            message: self.message(decision),
            author: self.author.clone(),
            tag: target.tag.clone(),
            notes: self.with_extra(&notes, &self.contributors(&changes)?, &target.tag),
            prerelease: decision.version.is_prerelease(),
            atomic: self.wishes.publish_mode == PublishMode::Git,
            make_commit: self.wishes.commit,
            make_tag: self.wishes.tag,
            make_release: self.wishes.release,
            publication,
        };
        Ok((ingredients, changes, warnings))
    }
}

impl Session {
    /// Files as the release commit has them, where that commit is here.
    fn as_released(
        &self,
        files: Vec<Planned>,
        known: Option<&Known>,
    ) -> Result<Vec<Planned>, Diagnostic> {
        let commit = known.and_then(|known| known.sha.parse::<Oid>().ok());
        let Some(commit) = commit.filter(|commit| self.repository.has_tree(*commit)) else {
            return Ok(files);
        };
        let released = |file: Planned| {
            let released = self.repository.file_at(commit, &file.path)?;
            Ok(released
                .map_or(file.clone(), |released| Planned { contents: released.contents, ..file }))
        };
        files.into_iter().map(released).collect()
    }
}

/// Now, and today's date, UTC.
fn moment(context: &Context) -> (Time, String) {
    let now = context.clock.now();
    (Time { seconds: now.as_second(), offset: 0 }, now.strftime("%Y-%m-%d").to_string())
}
