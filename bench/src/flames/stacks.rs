//! Stacks, as `perf script` tells them, put together.

use std::collections::BTreeMap;

use super::symbol::{is_plumbing, short};

/// A function as it was called from one place, and what was seen within it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Frame {
    /// In how many samples it was seen.
    pub(crate) count: u64,
    /// What it called, by name.
    pub(crate) calls: BTreeMap<String, Frame>,
}

impl Frame {
    fn add<'a>(&mut self, stack: impl IntoIterator<Item = &'a str>) {
        self.count += 1;
        let mut frame = self;
        for name in stack {
            frame = frame.calls.entry(name.to_owned()).or_default();
            frame.count += 1;
        }
    }
}

/// The stacks of the programs that have a name, from the program by its threads to what was done.
pub(super) fn read<'a>(told: &str, program: impl Fn(u32) -> Option<&'a str>) -> Frame {
    let mut all = Frame::default();
    // A sample is a line for the thread, one for each function, the innermost first, and a blank one.
    for sample in told.split("\n\n") {
        let mut lines = sample.trim_start_matches('\n').lines();
        let Some((thread, process)) = lines.next().and_then(head) else {
            continue;
        };
        let Some(program) = program(process) else {
            continue;
        };
        let functions: Vec<Function<'_>> = lines.filter_map(Function::read).collect();
        let (kernel, own): (Vec<_>, Vec<_>) =
            functions.iter().partition(|function| function.in_kernel);
        let symbols = own.iter().rev().map(|function| function.symbol);
        let mut names: Vec<String> = symbols
            .filter(|symbol| !is_plumbing(symbol))
            .map(short)
            .collect();
        // Time is spent in the innermost one, whatever it is.
        match functions.first() {
            Some(innermost) if innermost.in_kernel => names.push(kernel_work(&kernel)),
            Some(innermost) if is_plumbing(innermost.symbol) => names.push(short(innermost.symbol)),
            _ => {}
        }
        names.dedup();
        let names = names.iter().map(String::as_str);
        all.add([program, thread].into_iter().chain(names));
    }
    all
}

/// Of a sample's first line, the name of the thread and the id of its process.
fn head(line: &str) -> Option<(&str, u32)> {
    let (thread, process) = line.trim().rsplit_once(char::is_whitespace)?;
    Some((thread.trim(), process.parse().ok()?))
}

/// A line of a sample.
struct Function<'a> {
    symbol: &'a str,
    in_kernel: bool,
}

impl<'a> Function<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (address, symbol) = line.trim().split_once(' ')?;
        // The upper half of all addresses is the kernel's.
        let in_kernel = address.len() == 16 && address.starts_with("ffff");
        (address != NOWHERE).then_some(Self { symbol, in_kernel })
    }
}

/// Where a stack ends that could not be followed.
const NOWHERE: &str = "ffffffffffffffff";

/// What the kernel was asked to do; what it does for that is not told apart.
fn kernel_work(functions: &[&Function<'_>]) -> String {
    let mut functions = functions.iter();
    match functions.find_map(|function| function.symbol.strip_prefix("__x64_sys_")) {
        Some(call) => format!("kernel: {call}"),
        None => "kernel".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "\
actix-server wo   77 
\t    1f0a malloc
\t    2b0c <a::Views as b::Together>::run
\t    3b0c core::ops::function::FnOnce::call_once

actix-server wo   77 
\t    1f0c core::fmt::write
\t    2b0c <a::Views as b::Together>::run

actix-server wo   77 
\tffffffff822010c9 tcp_ack
\tffffffff822010d9 __x64_sys_sendto
\t    10ed __send
\tffffffffffffffff [unknown]

swapper     0 
\tffffffff821f2c2b pv_native_safe_halt
";

    #[test]
    fn stacks_are_put_together_from_the_outside_in() {
        let all = read(TOLD, |id| (id == 77).then_some("colophon"));
        assert_eq!(all.count, 3);
        let thread = &all.calls["colophon"].calls["actix-server wo"];
        let run = &thread.calls["Views::run"];
        assert_eq!(run.count, 2);
        let calls: Vec<_> = run
            .calls
            .iter()
            .map(|(name, f)| (name.as_str(), f.count))
            .collect();
        assert_eq!(calls, [("fmt::write", 1), ("malloc", 1)]);
        assert_eq!(thread.calls["__send"].calls["kernel: sendto"].count, 1);
    }
}
