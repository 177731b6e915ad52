//! With a Docker engine: building the image, and an engine of our own for the tests.

use crate::context::{self, Flavour};
use sdk::layout::Layout;
use sdk::run::{self, Log, make_dir, step};
use sdk::{Doing, Result, fail};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How an engine is reached.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// For `DOCKER_HOST`, if not the caller's.
    host: Option<String>,
    /// The image to build on.
    base: String,
}

/// The caller's engine.
pub fn caller() -> Reach {
    Reach {
        host: None,
        base: std::env::var("BASE").unwrap_or_else(|_| format!("debian:{}-slim", context::suite())),
    }
}

impl Reach {
    /// The docker command for this engine.
    pub fn docker(&self) -> Command {
        let mut docker = Command::new("docker");
        if let Some(host) = &self.host {
            docker.env("DOCKER_HOST", host);
        }
        // One builder that every engine has.
        docker.env("DOCKER_BUILDKIT", "0");
        docker
    }

    fn answers(&self) -> bool {
        let mut version = self.docker();
        version
            .arg("version")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        version.status().is_ok_and(|status| status.success())
    }
}

/// Builds the image with an engine.
pub fn build(layout: &Layout, flavour: Flavour, reach: &Reach) -> Result<()> {
    if !reach.answers() {
        return fail(
            "no Docker engine answers; `make docker-archive` makes the same image without one",
        );
    }
    let context = context::make(layout, flavour)?;
    let log = Log::begin(layout.build.join("log/docker.log"))?;
    step(&format!("{}: docker build", flavour.name()));
    let mut build = reach.docker();
    build
        .args(["build", "--network=host", "-t", flavour.name()])
        .arg("--build-arg")
        .arg(format!("BASE={}", reach.base))
        .arg("--build-arg")
        .arg(format!("PACKAGES={}", context.packages.join(" ")))
        .arg(&context.folder);
    log.run(&mut build)?;
    println!("docker image {}", flavour.name());
    Ok(())
}

/// An engine that ends with this value. It changes nothing of the machine's network.
pub struct Engine {
    daemon: Child,
    folder: PathBuf,
    /// How to reach it.
    pub reach: Reach,
}

impl Engine {
    /// Starts one; the error says why that cannot be here.
    pub fn start(layout: &Layout) -> std::result::Result<Engine, String> {
        let folder = layout.build.join("docker/engine");
        make_dir(&folder)?;
        let log = std::fs::File::create(folder.join("log")).doing(folder.display())?;
        let errors = log.try_clone().doing(folder.display())?;
        let host = format!("unix://{}/docker.sock", folder.display());
        // It ends with this program, however that ends.
        let mut daemon = Command::new("setpriv");
        daemon.args(["--pdeathsig", "TERM", "dockerd"]);
        for (option, name) in [
            ("--data-root", "root"),
            ("--exec-root", "exec"),
            ("--pidfile", "pid"),
        ] {
            daemon.arg(option).arg(folder.join(name));
        }
        daemon
            .args(["-H", &host, "--bridge=none"])
            .args([
                "--iptables=false",
                "--ip6tables=false",
                "--ip-forward=false",
                "--ip-masq=false",
            ])
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .process_group(0);
        let daemon = daemon.spawn().map_err(|e| format!("dockerd: {e}"))?;
        let reach = Reach {
            host: Some(host),
            base: "hermit-test-base".into(),
        };
        let mut engine = Engine {
            daemon,
            folder,
            reach,
        };
        let deadline = Instant::now() + Duration::from_secs(60);
        while !engine.reach.answers() {
            let ended = engine
                .daemon
                .try_wait()
                .is_ok_and(|status| status.is_some());
            if ended || Instant::now() > deadline {
                return fail(format!(
                    "dockerd does not start ({})",
                    engine.folder.join("log").display()
                ));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(engine)
    }

    /// Debian's minimal system as the image that others are built on: there is no registry to ask.
    pub fn import_base(&self, layout: &Layout) -> Result<()> {
        let tar = layout.build.join("docker/base.tar");
        let log = Log::begin(layout.build.join("log/docker-base.log"))?;
        if !tar.exists() {
            step("a minimal system to build the image on");
            let mut make = Command::new("mmdebstrap");
            log.run(
                make.args(["--variant=minbase", &context::suite()])
                    .arg(&tar),
            )?;
        }
        log.run(
            self.reach
                .docker()
                .arg("import")
                .arg(&tar)
                .arg(&self.reach.base),
        )
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // It unmounts what it has mounted, and ends; what it kept is of no further use.
        let id = self.daemon.id().to_string();
        let asked = Command::new("kill").arg(&id).status();
        let deadline = Instant::now() + Duration::from_secs(30);
        while asked.is_ok()
            && Instant::now() < deadline
            && !matches!(self.daemon.try_wait(), Ok(Some(_)))
        {
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        let _ = Command::new("umount")
            .arg("-q")
            .arg(self.folder.join("exec/netns/default"))
            .status();
        let _ = run::remove(&self.folder);
    }
}
