//! `/set`: each change by itself is checked, made or refused. RFC 8620 §5.3.

use domain::{directory::permission::Permission, secret::Secret};
use jmap::{
    arguments::Arguments,
    creation::CreatedIds,
    error::{MethodError, MethodErrorType},
    id::Id,
    json::Object,
    method::{
        set::SetArguments,
        set_run::{Operation, SetRun},
    },
    patch::{PatchObject, difference},
    set_error::{SetError, SetErrorKind},
};
use store::{Store, StoreError, journal::Unchanged};

use super::Call;
use crate::admin::journal;
use crate::jmap::{
    LIMITS,
    deadline::Deadline,
    head,
    object::{ActError, Kind, Multiplicity, Record, Scene, Wanted, kind::store_failed},
};

/// How often a change that somebody else came before is made anew.
const ATTEMPTS: usize = 5;

/// A `/set` under way.
struct Setting<'a> {
    scene: Scene<'a>,
    /// The position of the state that the client holds on to, if it does.
    expected: Option<i64>,
    /// What was changed so far.
    touched: Vec<Id>,
    deadline: Deadline,
}

/// Why a change did not happen.
enum Failed {
    /// It was refused, and others are made.
    Refused(SetError),
    /// The state is not the expected one any more.
    Mismatch,
    Store(StoreError),
}

pub async fn answer<K: Kind>(arguments: Arguments, call: Call<'_>) -> Result<Object, MethodError> {
    let asked = SetArguments::parse(arguments, &LIMITS)?;
    let owner = call.owner(K::DESCRIPTION, asked.account_id.as_ref()).await?;
    let scene = call.scene(&owner);
    let account_id = super::id_of(&owner)?;
    let key = &call.app.hash_key;
    let before = head::position(scene, K::DESCRIPTION).await?;
    let subject = head::subject(scene, K::DESCRIPTION);
    let old_state = subject.state(key, before);
    asked.check_state(&old_state)?;
    let expected = asked.if_in_state.is_some().then_some(before);
    let mut setting = Setting { scene, expected, touched: Vec::new(), deadline: call.deadline };
    let mut run = SetRun::begin(asked);
    while let Some(operation) = run.next_operation(call.created) {
        // Whoever sends hundreds of changes waits for others now and then.
        tokio::task::yield_now().await;
        match setting.carry_out::<K>(operation, &mut run, call.created).await {
            Ok(()) => {}
            // What was done before stays done; whether this one was is not known.
            Err(_) if run.has_changed_anything() => return Err(MethodErrorType::ServerPartialFail.into()),
            Err(Failed::Store(error)) => return Err(store_failed(&error)),
            Err(Failed::Mismatch | Failed::Refused(_)) => return Err(MethodErrorType::StateMismatch.into()),
        }
    }
    if !run.has_changed_anything() {
        return Ok(run.into_arguments(&account_id, Some(&old_state), &old_state));
    }
    let after = head::after(scene, K::DESCRIPTION, before, &setting.touched).await;
    let (new_state, nobody_else) = match after {
        Ok((position, nobody_else)) => (subject.state(key, position), nobody_else),
        // The changes are made. A state that is too old tells of them once more.
        Err(_) => (old_state.clone(), true),
    };
    // Whoever goes from the old state to the new one must not miss what others changed in between.
    Ok(run.into_arguments(&account_id, nobody_else.then_some(&old_state), &new_state))
}

impl Setting<'_> {
    /// Makes one change, or says in `run` why not.
    async fn carry_out<K: Kind>(
        &mut self,
        operation: Operation,
        run: &mut SetRun,
        created: &mut CreatedIds,
    ) -> Result<(), Failed> {
        match operation {
            Operation::Create { creation_id, record } => match self.create::<K>(record, created).await {
                Ok((id, server_set)) => {
                    self.touched.push(id.clone());
                    run.created(creation_id, id, server_set, created);
                }
                Err(Failed::Refused(error)) => {
                    self.tell::<K>(&error, None);
                    run.not_created(&creation_id, error);
                }
                Err(failed) => return Err(failed),
            },
            Operation::Update { id, patch } => match self.update::<K>(&id, &patch, created).await {
                Ok(changed) => {
                    self.touched.push(id.clone());
                    run.updated(&id, changed);
                }
                Err(Failed::Refused(error)) => {
                    self.tell::<K>(&error, Some(&id));
                    run.not_updated(&id, error);
                }
                Err(failed) => return Err(failed),
            },
            Operation::Destroy { id } => match self.destroy::<K>(&id).await {
                Ok(()) => {
                    self.touched.push(id.clone());
                    run.destroyed(id);
                }
                Err(Failed::Refused(error)) => {
                    self.tell::<K>(&error, Some(&id));
                    run.not_destroyed(&id, error);
                }
                Err(failed) => return Err(failed),
            },
        }
        Ok(())
    }

    async fn create<K: Kind>(&self, sent: Object, created: &CreatedIds) -> Result<(Id, Object), Failed> {
        self.check_may::<K>(K::DESCRIPTION.permissions.create)?;
        let record = Record::for_create(K::DESCRIPTION, sent, created)?;
        let expected = record.expected(K::DESCRIPTION);
        let store = self.store::<K>();
        let made = K::create(Scene { store: &store, ..self.scene }, record).await?;
        let id = Id::parse(&made.id).map_err(|_| StoreError::Corrupt { what: "an id".to_owned() })?;
        let mut server_set = match self.load::<K>(&id).await {
            Ok(Some(row)) => {
                let actual = without_secrets::<K>(K::json(&row));
                let mut others = difference(&expected, &actual).unwrap_or_default();
                others.retain(|name, _| actual.contains_key(name));
                others
            }
            // Whoever may create and not read hears the id.
            Ok(None) | Err(_) => Object::new(),
        };
        show(made.secret, &mut server_set);
        Ok((id, server_set))
    }

    async fn update<K: Kind>(
        &self,
        id: &Id,
        patch: &PatchObject,
        created: &CreatedIds,
    ) -> Result<Option<Object>, Failed> {
        self.check_may::<K>(K::DESCRIPTION.permissions.update)?;
        let store = self.store::<K>();
        for _ in 0..ATTEMPTS {
            let row = self.load::<K>(id).await?.ok_or(SetErrorKind::NotFound)?;
            let record = Record::patched(K::DESCRIPTION, &K::json(&row), patch.clone(), created)?;
            let expected = record.expected(K::DESCRIPTION);
            if record.changed().next().is_none() {
                return Ok(None);
            }
            let secret = match K::update(Scene { store: &store, ..self.scene }, row, record).await {
                Ok(secret) => secret,
                Err(ActError::Stale) if self.expected.is_some() => return Err(Failed::Mismatch),
                Err(ActError::Stale) => continue,
                Err(error) => return Err(error.into()),
            };
            let after = self.load::<K>(id).await?.map(|row| without_secrets::<K>(K::json(&row)));
            let mut changed = after.and_then(|after| difference(&expected, &after));
            if secret.is_some() {
                show(secret, changed.get_or_insert_default());
            }
            return Ok(changed);
        }
        Err(others_are_faster())
    }

    async fn destroy<K: Kind>(&self, id: &Id) -> Result<(), Failed> {
        if K::DESCRIPTION.multiplicity == Multiplicity::Singleton {
            return Err(SetErrorKind::Singleton.into());
        }
        self.check_may::<K>(K::DESCRIPTION.permissions.destroy)?;
        let store = self.store::<K>();
        for _ in 0..ATTEMPTS {
            let row = self.load::<K>(id).await?.ok_or(SetErrorKind::NotFound)?;
            match K::destroy(Scene { store: &store, ..self.scene }, row).await {
                Err(ActError::Stale) if self.expected.is_none() => {}
                other => return Ok(other?),
            }
        }
        Err(others_are_faster())
    }

    fn check_may<K: Kind>(&self, permission: Option<Permission>) -> Result<(), Failed> {
        if K::DESCRIPTION.multiplicity == Multiplicity::Singleton && permission.is_none() {
            return Err(SetErrorKind::Singleton.into());
        }
        let permission = permission.ok_or(SetErrorKind::Forbidden)?;
        self.scene.actor.require(permission).map_err(ActError::from)?;
        // What is left would not be answered any more; whoever sent it can send it again.
        if self.deadline.is_over() {
            return Err(SetErrorKind::RateLimit
                .describe("the request took too long; send the rest again")
                .into());
        }
        Ok(())
    }

    /// Where the change is stored: where a state was named, only if nothing but what this call changed is other than in it. The commit
    /// itself decides that.
    fn store<K: Kind>(&self) -> Store {
        let Scene { store, actor, account, .. } = self.scene;
        let (Some(since), Some(object)) = (self.expected, K::DESCRIPTION.journal) else {
            return store.clone();
        };
        let is_own = K::DESCRIPTION.is_personal && K::DESCRIPTION.multiplicity == Multiplicity::Singleton;
        let own = || account.id.to_string();
        store.expecting(Unchanged {
            object,
            tenant_id: actor.tenant().cloned(),
            only: is_own.then(own),
            since,
            except: self.touched.iter().map(|id| if is_own { own() } else { id.to_string() }).collect(),
        })
    }

    /// Whoever tries to get what it may not have is remembered.
    fn tell<K: Kind>(&self, error: &SetError, id: Option<&Id>) {
        if *error.kind() == SetErrorKind::Forbidden {
            let Scene { app, actor, now, .. } = self.scene;
            let object = K::DESCRIPTION.journal.zip(id.map(ToString::to_string));
            journal::forbidden(app, actor, object, error.description().unwrap_or_default(), now);
        }
    }

    async fn load<K: Kind>(&self, id: &Id) -> Result<Option<K::Row>, ActError> {
        Ok(K::load(self.scene, Wanted::Ids(std::slice::from_ref(id))).await?.pop())
    }
}

fn others_are_faster() -> Failed {
    SetErrorKind::RateLimit.describe("others are changing it at this moment").into()
}

fn show(secret: Option<Secret>, members: &mut Object) {
    if let Some(secret) = secret {
        members.insert("secret".to_owned(), secret.expose().into());
    }
}

fn without_secrets<K: Kind>(mut record: Object) -> Object {
    record.retain(|name, _| K::DESCRIPTION.property(name).is_none_or(|property| !property.is_secret()));
    record
}

impl From<SetError> for Failed {
    fn from(error: SetError) -> Self {
        Self::Refused(error)
    }
}

impl From<SetErrorKind> for Failed {
    fn from(kind: SetErrorKind) -> Self {
        Self::Refused(kind.into())
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ActError> for Failed {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(error) => Self::Refused(error),
            ActError::Stale => Self::Mismatch,
            ActError::Store(error) => Self::Store(error),
        }
    }
}
