//! A run: every scenario, round by round, and what came out.

use std::process::ExitCode;

use crate::{
    failure::{Failure, Result},
    growth,
    options::Options,
    page::{self, Facts, Kept},
    readings::Readings,
    row::{Row, Who},
    scenarios::{self, Scenario},
    servers::Bench,
    statistics::median,
    table::{self, number},
};

/// Measures what was asked for, shows it and writes it down.
///
/// # Errors
/// If something could not be measured at all.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let rows: Vec<&'static Row> = scenarios::all()
        .iter()
        .flat_map(|scenario| scenario.rows())
        .collect();
    let mut kept = page::kept(page::root())?;
    if options.page {
        page::write(page::root(), &rows, &kept)?;
        return Ok(ExitCode::SUCCESS);
    }
    let scenarios = chosen(&options)?;
    let bench = Bench::new(options.clone())?;
    let all_measured = if options.growth {
        grow(&bench, &options, &rows, &mut kept).await
    } else {
        let mut readings = Readings::default();
        let all = measure_all(&scenarios, &bench, &mut readings).await?;
        show(
            scenarios.iter().flat_map(|scenario| scenario.rows()),
            &readings,
        );
        if options.flames {
            // To note stacks slows down what is measured.
            page::write_flames(page::root(), &readings, &mut kept)?;
        } else {
            kept.readings.replace(readings);
            kept.facts = Facts::gather(&bench).await?;
        }
        Ok(all)
    };
    bench.clean_up().await?;
    if options.writes() {
        page::write(page::root(), &rows, &kept)?;
    }
    Ok(if all_measured? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether all of them could be measured; one that could not leaves the others alone.
async fn measure_all(
    scenarios: &[Box<dyn Scenario>],
    bench: &Bench,
    readings: &mut Readings,
) -> Result<bool> {
    let mut all = true;
    for scenario in scenarios {
        if let Err(failure) = measure(scenario.as_ref(), bench, readings).await {
            say(&format!("{}: {failure}", scenario.name()));
            all = false;
        }
        bench.clean_up().await?;
    }
    Ok(all)
}

/// Keeps each figure at once, so that a run which is cut short has what it measured.
async fn grow(
    bench: &Bench,
    options: &Options,
    rows: &[&'static Row],
    kept: &mut Kept,
) -> Result<bool> {
    let mut records = options.smallest;
    while records <= options.largest {
        let mut note = |curve: &str, figure: f64| {
            let (size, shown) = (number(records as f64), number(figure));
            say(&format!("growth: {size}: {curve} {shown}"));
            kept.growth.note(curve, records, figure);
            if options.writes() {
                page::write(page::root(), rows, kept)?;
            }
            Ok(())
        };
        growth::grow(bench, records, &mut note).await?;
        bench.clean_up().await?;
        records *= 10;
    }
    Ok(true)
}

fn chosen(options: &Options) -> Result<Vec<Box<dyn Scenario>>> {
    let mut scenarios = scenarios::all();
    let names: Vec<&str> = scenarios.iter().map(|scenario| scenario.name()).collect();
    if let Some(unknown) = options
        .only
        .iter()
        .find(|only| !names.contains(&only.as_str()))
    {
        let known = names.join(", ");
        let unknown = format!("there is no scenario {unknown}; there are {known}");
        return Err(Failure::Program(unknown));
    }
    if !options.only.is_empty() {
        scenarios.retain(|scenario| options.only.iter().any(|only| only == scenario.name()));
    }
    Ok(scenarios)
}

async fn measure(scenario: &dyn Scenario, bench: &Bench, readings: &mut Readings) -> Result<()> {
    let name = scenario.name();
    say(&format!("{name}: starting"));
    let mut started = scenario.start(bench).await?;
    for round in 1..=bench.plan.rounds {
        let mut of_round = Readings::default();
        started.round(bench, &mut of_round).await?;
        for row in scenario.rows() {
            say(&format!("{name}: round {round}: {}", told(row, &of_round)));
        }
        readings.add(of_round);
    }
    Ok(())
}

fn told(row: &Row, readings: &Readings) -> String {
    let rounds = readings.of(row);
    let figure = |(name, who)| {
        let figure = median(rounds.of(who))?;
        Some(format!("{name} {}", number(figure)))
    };
    let figures = [
        ("limit", Who::Limit),
        ("peer", Who::Peer),
        ("Colophon", Who::Colophon),
    ];
    let figures: Vec<String> = figures.into_iter().filter_map(figure).collect();
    format!("{}: {} {}", row.id, figures.join(", "), row.unit.suffix())
}

#[expect(clippy::print_stdout, reason = "what it was started for")]
fn show<'a>(rows: impl Iterator<Item = &'a Row>, readings: &Readings) {
    for row in rows {
        let line = table::line(row, &readings.of(row));
        let [limit, peer, colophon] = &line.figures;
        println!("\n{}", line.work);
        println!(
            "  limit {limit}; peer {peer}; Colophon {colophon}; ratio {}",
            line.ratio
        );
        for (target, met) in line.targets.iter().zip(&line.met) {
            let met = match met {
                Some(true) => "met",
                Some(false) => "NOT MET",
                None => "not measured",
            };
            println!("  {target}: {met}");
        }
    }
}

/// Says how it goes on, to whoever waits.
#[expect(clippy::print_stderr, reason = "for whoever waits")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
