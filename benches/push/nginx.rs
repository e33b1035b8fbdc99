//! nginx, where it is in the path: one worker that sends a file and takes one, with nothing else to do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Trouble;
use crate::machine::Cores;
use crate::process::{Process, find, free_address};

/// A running nginx over a directory.
pub struct Nginx {
    pub process: Process,
    root: PathBuf,
}

impl Nginx {
    /// `None`: it is not there. Its files lie beside those of the gateway, on the same file system.
    pub fn start(cores: &Cores, beside: &Path) -> Result<Option<Self>, Trouble> {
        let Some(program) = find("nginx") else {
            return Ok(None);
        };
        let home = beside.join("nginx");
        let root = home.join("root");
        fs::create_dir_all(&root)?;
        let address = free_address()?;
        let configuration = home.join("nginx.conf");
        fs::write(&configuration, configured(&home, &address.to_string()))?;
        let mut command = Command::new(program);
        command
            .arg("-c")
            .arg(&configuration)
            .arg("-p")
            .arg(&home)
            .args(["-e", "stderr"])
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        Ok(Some(Self {
            process: Process::start(cores, &mut command, address)?,
            root,
        }))
    }

    /// Serves the very file that the gateway serves.
    pub fn serve(&self, file: &Path, name: &str) -> Result<(), Trouble> {
        Ok(fs::hard_link(file, self.root.join(name))?)
    }
}

/// As a distribution configures it: `sendfile`, `tcp_nopush`; no access log, as the gateway's goes into memory. A body
/// goes to the directory that it stays in, so that it is renamed and not copied.
fn configured(home: &Path, address: &str) -> String {
    let home = home.display();
    format!(
        "daemon off;\nmaster_process off;\nworker_processes 1;\npid {home}/pid;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  client_max_body_size 0;\n\
         \x20 client_body_temp_path {home}/root/.bodies;\n  proxy_temp_path {home}/p;\n  fastcgi_temp_path {home}/f;\n\
         \x20 uwsgi_temp_path {home}/u;\n  scgi_temp_path {home}/s;\n\
         \x20 server {{ listen {address}; location / {{ root {home}/root; dav_methods PUT; }} }}\n}}\n"
    )
}
