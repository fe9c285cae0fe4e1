"""Small files of other schemes without defects, made for the tests."""

PAX = """\
Con,AgtId,Agt,Dat,Status,Loc1ISO,Loc1GWNO,Ce,CeProv,CeGen,SsrDdr,DdrDemil,StInd
Ferry,930,Ferry accord,2034-05-02,Multiparty signed,UKR,369,3,1,0,0,0,0
Ferry,1363,Second accord,2034-06-13,Multiparty signed,RUS,365,1,0,1,2,1,0
"""
PAAX = """\
AgtId,Agt,Dat,actor_name,women
930,Ferry accord (2 May 2034),2034-05-02,Ukraine,0
930,Ferry accord (2 May 2034),2034-05-02,Council of Hillport,0
1363,Second accord (19/09/2034),2034-09-19,russia,1
"""
UCDP = """\
paid,pa_name,pa_date,gwno,conflict_id,termdur,pa_type,cease,withd,mil_prov,ref,terr_prov,pko
1,Ferry accord,2034-05-02,369,13246,12,1,1,0,1,0,0,0
2,Second accord,2034-06-13,365,13247,30,2,0,0,0,1,1,1
"""
PAM = """\
pam_caseid,country,cowcode,country_accorddate,accord name,cease_date,year,\
cease_prov,cease_implem,cease_rev,disput_prov,disput_implem,disput_rev
7,Ukraine,369,Ukraine (5/2/2034),"Ferry accord, May 02 2034",2033-01-01,2034,1,2,0,0,0,0
7,Ukraine,369,Ukraine (5/2/2034),"Ferry accord, May 02 2034",2033-01-01,2035,1,3,0,0,0,0
"""
ATOP = """\
atopid,begyr,begmo,begday,endyr,mem1,mem2,defense,consul,conditio
3001,2034,5,2,2040,369,2,1,1,0
3002,2035,0,0,2041,365,2,0,1,1
"""
CLEAN = {"pax": PAX, "paax": PAAX, "ucdp": UCDP, "pam": PAM, "atop": ATOP}
