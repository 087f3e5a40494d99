//! A new build of the Manager is embedded anew: its assets have other names each time, and Cargo would not
//! notice files that it has not seen before.

fn main() {
    println!("cargo:rerun-if-changed=../../ui/dist");
}
