//! How much memory bodies may take, over all requests.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What one permit stands for.
const GRAIN: u64 = 4 << 10;

/// The bytes that may be held at the same time.
///
/// # Example
///
/// ```
/// use server::feed::held::Budget;
/// let budget = Budget::new(1 << 20);
/// let mut one = budget.begin();
/// assert!(one.grow_to(1 << 20).is_ok());
/// assert!(budget.begin().grow_to(1).is_err());
/// drop(one);
/// assert!(budget.begin().grow_to(1).is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct Budget(Arc<Semaphore>);

/// There is no room at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl Budget {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let grains = usize::try_from(bytes.div_ceil(GRAIN)).unwrap_or(usize::MAX);
        Self(Arc::new(Semaphore::new(grains.min(Semaphore::MAX_PERMITS))))
    }

    /// A request that holds nothing yet.
    #[must_use]
    pub fn begin(&self) -> Held {
        Held { budget: self.0.clone(), grains: 0, permit: None }
    }
}

/// What one request holds; given back when dropped.
#[derive(Debug)]
pub struct Held {
    budget: Arc<Semaphore>,
    grains: u64,
    permit: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Holds so many bytes in all.
    ///
    /// # Errors
    ///
    /// [`Full`] when there is no room for more; what is held stays held.
    pub fn grow_to(&mut self, bytes: u64) -> Result<(), Full> {
        let wanted = bytes.div_ceil(GRAIN);
        let more = u32::try_from(wanted.saturating_sub(self.grains)).map_err(|_| Full)?;
        if more == 0 {
            return Ok(());
        }
        let permit = self.budget.clone().try_acquire_many_owned(more).map_err(|_| Full)?;
        match &mut self.permit {
            Some(held) => held.merge(permit),
            None => self.permit = Some(permit),
        }
        self.grains = wanted;
        Ok(())
    }
}
