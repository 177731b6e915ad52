//! The container image of the SDK: what `make docker`, `make docker-archive` and `make docker-test` call.
//!
//! `context` puts together what goes into an image: the SDK's Debian packages where `make deb` has made them,
//! else its files, and the folder that the Dockerfile is built in. `archive` makes an image without an engine,
//! the same bytes each time, `engine` one with an engine, and starts an engine for the tests (`check`).

mod archive;
mod check;
mod context;
mod engine;

use context::Flavour;
use sdk::layout::Layout;
use std::process::ExitCode;

const USAGE: &str = "\
usage: images archive [--c-only]    an image archive in build/docker, without a Docker engine
       images docker [--c-only]     build the image with the Docker engine
       images reproducible          make both archives twice, and compare
       images test                  start a Docker engine, and use both images as a user would";

fn main() -> ExitCode {
    let layout = Layout::find();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["archive"] => archive::make(&layout, Flavour::Full).map(drop),
        ["archive", "--c-only"] => archive::make(&layout, Flavour::COnly).map(drop),
        ["docker"] => engine::build(&layout, Flavour::Full, &engine::caller()),
        ["docker", "--c-only"] => engine::build(&layout, Flavour::COnly, &engine::caller()),
        ["reproducible"] => archive::reproducible(&layout),
        ["test"] => check::run(&layout),
        _ => sdk::fail(USAGE),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("images: {why}");
            ExitCode::FAILURE
        }
    }
}
