use remnant_estimate::dud_rate::*;
fn main(){
 let r=remnant_record::Record::read(&[remnant_record::shipped()]).unwrap().record;
 let d=jiff::civil::date(2026,11,23);
 for _ in 0..3 { let t=std::time::Instant::now(); let p=PooledRecord::of(&r,d); println!("{:?} {}",t.elapsed(), p.posterior.as_ref().unwrap().diagnostics.nodes_per_axis);}
 let p=PooledRecord::of(&r,d);
 let t=std::time::Instant::now(); let s=sensitivity(&p.reading.families,&p.reading.used,&Priors::default(),"m42-m46").unwrap(); println!("sens {:?} {}",t.elapsed(),s.len());
 for x in s {println!("{} {:?}",x.name,x.outcome);}
 for day in [jiff::civil::date(2023,6,30),jiff::civil::date(2023,7,7)] { let p=PooledRecord::of(&r,day); println!("{day} {} {:?}",p.reading.used.len(), p.posterior.map(|p|{let q=&p.submunitions["m42-m46"]; (q.predictive.quantile(0.05),q.predictive.quantile(0.5),q.predictive.quantile(0.95),q.basis.clone())}));}
}
