//! Small workbooks, put together part by part.
#![allow(dead_code, unreachable_pub)]

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder};

/// A cell as a sheet's XML has it.
#[derive(Clone)]
pub enum C {
    /// No cell.
    N,
    /// A text in the cell.
    T(&'static str),
    /// A shared text, by its number.
    S(usize),
    /// A number.
    F(f64),
    /// A number under a date format.
    D(f64),
    /// An error.
    E,
}

/// A sheet: name, rows (a row without cells is left out), merged areas.
pub type Sheet<'a> = (&'a str, Vec<Vec<C>>, &'a [&'a str]);

/// The bytes of a workbook.
pub fn xlsx(sheets: &[Sheet<'_>], shared: &[&str]) -> Vec<u8> {
    let sheets: Vec<(&str, String)> =
        sheets.iter().map(|(name, rows, merged)| (*name, sheet(rows, merged))).collect();
    book(&sheets, shared)
}

/// The bytes of a workbook whose only sheet is given as XML.
pub fn xlsx_of(sheet: &str) -> Vec<u8> {
    book(&[("S", sheet.into())], &["tb1"])
}

fn book(sheets: &[(&str, String)], shared: &[&str]) -> Vec<u8> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut overrides = String::new();
    let mut list = String::new();
    let mut relations = String::new();
    for (i, (name, sheet)) in sheets.iter().enumerate() {
        let n = i + 1;
        let path = format!("xl/worksheets/sheet{n}.xml");
        overrides += &format!(
            "<Override PartName=\"/{path}\" ContentType=\"application/vnd.openxmlformats-\
             officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        list += &format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
        relations += &format!(
            "<Relationship Id=\"rId{n}\" Type=\"{REL}/worksheet\" \
             Target=\"worksheets/sheet{n}.xml\"/>"
        );
        parts.push((path, sheet.clone()));
    }
    relations += &format!(
        "<Relationship Id=\"rIdS\" Type=\"{REL}/sharedStrings\" Target=\"sharedStrings.xml\"/>\
         <Relationship Id=\"rIdT\" Type=\"{REL}/styles\" Target=\"styles.xml\"/>"
    );
    let strings: String = shared.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    parts.push((
        "[Content_Types].xml".into(),
        format!(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.\
         relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         {overrides}</Types>"
        ),
    ));
    parts.push((
        "_rels/.rels".into(),
        format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" \
         Type=\"{REL}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    ));
    parts.push((
        "xl/workbook.xml".into(),
        format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{REL}\"><sheets>{list}</sheets></workbook>"),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".into(),
        format!("<Relationships xmlns=\"{PACKAGE}\">{relations}</Relationships>"),
    ));
    parts.push(("xl/sharedStrings.xml".into(), format!("<sst xmlns=\"{MAIN}\">{strings}</sst>")));
    parts.push((
        "xl/styles.xml".into(),
        format!(
            "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
         <xf numFmtId=\"22\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
        ),
    ));
    zip(&parts)
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

fn sheet(rows: &[Vec<C>], merged: &[&str]) -> String {
    let mut data = String::new();
    for (r, cells) in (1..).zip(rows).filter(|(_, cells)| !cells.is_empty()) {
        data += &format!("<row r=\"{r}\">");
        for (column, cell) in ('A'..='Z').zip(cells) {
            data += &match cell {
                C::N => continue,
                C::T(text) => format!(
                    "<c r=\"{column}{r}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}\
                     </t></is></c>"
                ),
                C::S(n) => format!("<c r=\"{column}{r}\" t=\"s\"><v>{n}</v></c>"),
                C::F(n) => format!("<c r=\"{column}{r}\"><v>{n}</v></c>"),
                C::D(n) => format!("<c r=\"{column}{r}\" s=\"1\"><v>{n}</v></c>"),
                C::E => format!("<c r=\"{column}{r}\" t=\"e\"><v>#N/A</v></c>"),
            };
        }
        data += "</row>";
    }
    let areas: String = merged.iter().map(|area| format!("<mergeCell ref=\"{area}\"/>")).collect();
    let areas = if areas.is_empty() { areas } else { format!("<mergeCells>{areas}</mergeCells>") };
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData>{areas}</worksheet>")
}

/// A zip archive of deflated parts.
pub fn zip(parts: &[(String, String)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in parts {
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("memory takes it");
        let packed = encoder.finish().expect("memory takes it");
        let offset = out.len() as u32;
        let mut header = Vec::new();
        for n in [20u16, 0x800, 8, 0, 0x5a21] {
            header.extend(n.to_le_bytes());
        }
        for n in [crc.sum(), packed.len() as u32, text.len() as u32] {
            header.extend(n.to_le_bytes());
        }
        header.extend((name.len() as u16).to_le_bytes());
        header.extend(0u16.to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&header);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&header);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}
