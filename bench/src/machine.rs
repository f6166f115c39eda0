//! What the kernel says of the machine and of those who work on it. Times are in its ticks, of which there are 100 in a second.

use std::collections::HashMap;
use std::fs;
use std::os::unix::process::parent_id;

use crate::Outcome;
use crate::load::float;

const TICKS: f64 = 100.0;
/// All kernel threads descend from it.
const KERNEL: u32 = 2;

/// Seconds of CPU used by now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Used {
    /// By everybody.
    total: f64,
    /// By this program, what it started, what started it, and the kernel on their behalf.
    ours: f64,
    /// By the database server among them.
    pub(crate) database: f64,
}

struct Task {
    name: String,
    parent: u32,
    ticks: u64,
}

impl Used {
    pub(crate) fn now() -> Outcome<Self> {
        let tasks = tasks()?;
        let root = parent_id();
        let root = match tasks.get(&root) {
            Some(parent) if parent.name == "xtask" => root,
            Some(_) | None => std::process::id(),
        };
        let (mut ours, mut database) = (0, 0);
        for (id, task) in &tasks {
            if descends(*id, root, &tasks) || descends(*id, KERNEL, &tasks) {
                ours += task.ticks;
                if task.name == "postgres" {
                    database += task.ticks;
                }
            }
        }
        Ok(Self { total: total()?, ours: seconds(ours), database: seconds(database) })
    }

    /// How many cores something else used on average since `before`, `span` seconds ago.
    pub(crate) fn foreign_since(&self, before: &Self, span: f64) -> f64 {
        ((self.total - before.total) - (self.ours - before.ours)).max(0.0) / span.max(1e-3)
    }
}

/// Seconds of CPU that the program `id` used.
pub(crate) fn cpu_of(id: u32) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/stat"))?;
    Ok(seconds(task(&text).ok_or("an unreadable stat")?.ticks))
}

/// Megabytes of memory that the program `id` holds.
pub(crate) fn resident_of(id: u32) -> Outcome<f64> {
    memory_of(id, "VmRSS:")
}

/// What a process has written itself, in megabytes: without the pages of files it looks at, which the system takes back when it needs them
/// and counts once for each connection that looks.
pub(crate) fn private_of(id: u32) -> Outcome<f64> {
    memory_of(id, "RssAnon:")
}

fn memory_of(id: u32, name: &str) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)).ok_or_else(|| format!("no {name}"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(float(kilobytes) / 1024.0)
}

/// One line about the machine, for the head of the report.
pub(crate) fn describe() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let memory = read("/proc/meminfo");
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap_or_default();
    let memory: u64 = memory.trim().trim_end_matches("kB").trim().parse().unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{cores} cores ({model}), {} GB, Linux {}", (memory + 524_288) / 1_048_576, kernel.trim())
}

/// The major version of the PostgreSQL that serves us, told by where Debian puts it.
pub(crate) fn postgres_version() -> Option<String> {
    let tasks = tasks().ok()?;
    let (id, _) = tasks.iter().find(|(_, task)| task.name == "postgres")?;
    let program = fs::read_link(format!("/proc/{id}/exe")).ok()?;
    let (_, after) = program.to_str()?.split_once("/postgresql/")?;
    after.split('/').next().map(str::to_owned)
}

fn tasks() -> Outcome<HashMap<u32, Task>> {
    let mut tasks = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // One that ended meanwhile is none.
        let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        if let Some(task) = task(&text) {
            tasks.insert(id, task);
        }
    }
    Ok(tasks)
}

/// Name, parent and user and system time of a `/proc/PID/stat`.
fn task(text: &str) -> Option<Task> {
    let (before, after) = text.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let parent = u32::try_from(number(1)?).ok()?;
    Some(Task { name: name.to_owned(), parent, ticks: number(11)? + number(12)? })
}

fn descends(id: u32, root: u32, tasks: &HashMap<u32, Task>) -> bool {
    let mut current = id;
    while current != root {
        match tasks.get(&current) {
            Some(task) if task.parent != 0 => current = task.parent,
            Some(_) | None => return false,
        }
    }
    true
}

/// Everything but idling and waiting for the disk.
fn total() -> Outcome<f64> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().unwrap_or_default();
    let numbers: Vec<u64> = line.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect();
    // user nice system idle iowait irq softirq steal
    let busy = [0, 1, 2, 5, 6, 7].iter().filter_map(|index| numbers.get(*index)).sum();
    Ok(seconds(busy))
}

fn seconds(ticks: u64) -> f64 {
    float(ticks) / TICKS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_brackets_does_not_move_the_fields() {
        let text = "7 (tokio (x) y) S 3 1 1 0 -1 0 0 0 0 0 250 50 0 0 20 0 4 0 9";
        let task = task(text).unwrap();
        assert_eq!((task.name.as_str(), task.parent, task.ticks), ("tokio (x) y", 3, 300));
    }

    #[test]
    fn a_family_is_followed_to_its_root_and_not_further() {
        let task = |parent| Task { name: String::new(), parent, ticks: 0 };
        let tasks = HashMap::from([(1, task(0)), (5, task(1)), (6, task(5)), (9, task(1))]);
        assert!(descends(6, 5, &tasks) && descends(5, 5, &tasks));
        assert!(!descends(9, 5, &tasks) && !descends(7, 5, &tasks));
    }

    #[test]
    fn this_program_uses_time_and_memory() {
        assert!(Used::now().unwrap().total > 0.0);
        assert!(resident_of(std::process::id()).unwrap() > 0.1);
    }
}
